package dev.millrace.gateway;

import dev.millrace.events.config.Configuration.Project;
import dev.millrace.events.config.Configuration.User;
import dev.millrace.gateway.core.Permissions.Action;
import dev.millrace.http.HttpApi;
import dev.millrace.http.ProblemException;
import dev.millrace.http.Reply;
import dev.millrace.http.Request;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Projects. The configstore decides; here it is said who may ask. */
final class ProjectRoutes {

  private final ConfigView config;
  private final Projects projects;
  private final Upstream configstore;

  ProjectRoutes(ConfigView config, Projects projects, Upstream configstore) {
    this.config = config;
    this.projects = projects;
    this.configstore = configstore;
  }

  /**
   * A project to be.
   *
   * @param owner the name of a user; whoever asks, if absent
   */
  record NewProject(
      @Nullable String name, @Nullable String owner, @Nullable String remoteRepositoryConfigType) {}

  void addTo(HttpApi api) {
    api.on("GET", "/api/v1/projects", this::list)
        .on("POST", "/api/v1/projects", this::create)
        .on("GET", "/api/v1/projects/:ref", this::show)
        .on("DELETE", "/api/v1/projects/:ref", this::delete);
  }

  private Reply list(Request request) {
    return Reply.ok(configstore.call(request, "GET", "/projects").read(JsonNode.class));
  }

  private Reply create(Request request) {
    NewProject wanted = request.json(NewProject.class);
    Caller caller = Caller.of(request);
    String owner = wanted.owner() == null ? caller.user().name() : wanted.owner();
    User user = config.now().userByName(owner);
    if (user == null && caller.user().admin()) {
      throw ProblemException.notFound("there is no user " + owner);
    } else if (user == null) {
      throw ProblemException.forbidden("you may not create projects for others");
    }
    caller.require(Action.CREATE_PROJECT, user.id(), "create projects for others");
    var body = new NewProject(wanted.name(), owner, wanted.remoteRepositoryConfigType());
    return Reply.created(
        configstore.change(
            request, "POST", "/projects", call -> call.json(body).read(JsonNode.class)));
  }

  private Reply show(Request request) {
    Project project = projects.of(request, Action.READ_PROJECT);
    return Reply.ok(configstore.call(request, "GET", path(project)).read(JsonNode.class));
  }

  private Reply delete(Request request) {
    request.noBody();
    Project project = projects.of(request, Action.DELETE_PROJECT);
    configstore.change(request, "DELETE", path(project), UserRoutes::sent);
    return Reply.empty();
  }

  private static String path(Project project) {
    return "/projects/" + project.id();
  }
}
