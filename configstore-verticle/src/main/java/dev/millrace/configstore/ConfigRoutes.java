package dev.millrace.configstore;

import dev.millrace.bus.Extent;
import dev.millrace.bus.ledger.CommandGate;
import dev.millrace.bus.ledger.LedgerView;
import dev.millrace.configstore.Views.NewToken;
import dev.millrace.configstore.Views.ProjectList;
import dev.millrace.configstore.Views.ProjectView;
import dev.millrace.configstore.Views.TokenList;
import dev.millrace.configstore.Views.TokenView;
import dev.millrace.configstore.Views.UserList;
import dev.millrace.configstore.Views.UserView;
import dev.millrace.configstore.core.ConfigRules;
import dev.millrace.events.Actor;
import dev.millrace.events.Ids;
import dev.millrace.events.ProjectId;
import dev.millrace.events.UserId;
import dev.millrace.events.config.ConfigCommand;
import dev.millrace.events.config.ConfigEvent;
import dev.millrace.events.config.Configuration;
import dev.millrace.events.config.Configuration.Project;
import dev.millrace.events.config.Configuration.Token;
import dev.millrace.events.config.Configuration.User;
import dev.millrace.http.Arrivals;
import dev.millrace.http.HttpApi;
import dev.millrace.http.ProblemException;
import dev.millrace.http.Reply;
import dev.millrace.http.Request;
import dev.millrace.http.Seen;
import dev.millrace.http.UpToDate;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The internal interface of the configstore, below {@code /internal/v1}. Callers are parts of
 * Millrace: they know the secret and say for whom they ask. What may be changed is decided on the
 * ledger alone; what may be seen is decided here, by the same measure.
 */
public final class ConfigRoutes {
  private static final Set<Integer> PARTITION = Set.of(0);
  private static final String USERS = "/internal/v1/users";
  private static final String USER = USERS + "/:user";
  private static final String TOKENS = USER + "/tokens";
  private static final String PROJECTS = "/internal/v1/projects";
  private static final String PROJECT = PROJECTS + "/:project";

  private final LedgerView<Configuration, ConfigEvent> view;
  private final Arrivals arrivals;
  private final UpToDate upToDate;
  private final Answers answers;
  private final Supplier<byte[]> random;

  record NewUser(@Nullable String name, @Nullable Boolean admin) {}

  record TokenName(@Nullable String name) {}

  record NewProject(
      @Nullable String name, @Nullable String owner, @Nullable String remoteRepositoryConfigType) {}

  /**
   * Routes on this ledger.
   *
   * @param extent asks how far it goes
   * @param ids makes command ids for requests without an {@code Idempotency-Key}
   * @param random makes {@link Tokens#BYTES} bytes that nobody can guess
   * @param patience how long a request waits for the decision on its command, or until this replica
   *     has read what its sender has seen; not longer than that of {@link UpToDate.Limits#DEFAULT}
   *     for that
   */
  public ConfigRoutes(
      CommandGate<ConfigCommand> gate,
      LedgerView<Configuration, ConfigEvent> view,
      Supplier<CompletionStage<Extent>> extent,
      InstantSource clock,
      Supplier<String> ids,
      Supplier<byte[]> random,
      Duration patience) {
    this.view = view;
    var reading = new Reading(view, extent);
    this.arrivals = reading.arrivals();
    this.upToDate =
        new UpToDate(
            Seen.Ledger.CONFIG, arrivals, reading, UpToDate.Limits.DEFAULT.within(patience));
    this.answers = new Answers(gate, clock, ids, patience);
    this.random = random;
  }

  /**
   * The interface with these routes.
   *
   * @param secret what callers have to send as bearer token
   */
  public HttpApi api(String secret, MeterRegistry meters) {
    return new HttpApi("configstore")
        .meters(meters)
        .guard(Callers.guard(secret))
        .around((request, handler) -> upToDate.answer(request, PARTITION, handler))
        .on("GET", USERS, this::users)
        .on("POST", USERS, this::createUser)
        .on("DELETE", USER, this::deleteUser)
        .on("GET", TOKENS, this::tokens)
        .on("POST", TOKENS, this::createToken)
        .on("DELETE", TOKENS + "/:token", this::deleteToken)
        .on("GET", PROJECTS, this::projects)
        .on("POST", PROJECTS, this::createProject)
        .on("GET", PROJECT, this::project)
        .on("DELETE", PROJECT, this::deleteProject);
  }

  /** How many requests wait for this replica to read as far as their senders have seen. */
  int waiting() {
    return arrivals.waiting();
  }

  private Reply users(Request request) {
    if (!mayActFor(request, null)) {
      throw ProblemException.forbidden("only an administrator may list users");
    }
    return Reply.ok(
        new UserList(
            state().users().values().stream()
                .sorted(Comparator.comparing(User::name))
                .map(UserView::of)
                .toList()));
  }

  private Reply createUser(Request request) throws InterruptedException {
    var body = request.json(NewUser.class);
    var command =
        new ConfigCommand.CreateUser(
            required("name", body.name()), Boolean.TRUE.equals(body.admin()));
    return answers.to(request, command, id -> Reply.created(UserView.of(existing(new UserId(id)))));
  }

  private Reply deleteUser(Request request) throws InterruptedException {
    request.noBody();
    var command = new ConfigCommand.DeleteUser(user(request, request.param("user")).id());
    return answers.to(request, command, _ -> Reply.empty());
  }

  private Reply tokens(Request request) {
    User user = user(request, request.param("user"));
    if (!mayActFor(request, user.id())) {
      throw ProblemException.forbidden("only an administrator may list tokens of other users");
    }
    return Reply.ok(
        new TokenList(
            user.tokens().values().stream()
                .sorted(Comparator.comparing(Token::name))
                .map(TokenView::of)
                .toList()));
  }

  private Reply createToken(Request request) throws InterruptedException {
    String name = required("name", request.json(TokenName.class).name());
    String token = Tokens.of(random.get());
    String hash = Tokens.hash(token);
    var command =
        new ConfigCommand.CreateToken(user(request, request.param("user")).id(), name, hash);
    return answers.to(
        request,
        command,
        _ -> {
          // A repeat gets the first answer, but the first token was told to the first asker only.
          if (state().userByTokenHash(hash) == null) {
            throw ProblemException.conflict(
                "already-exists",
                "the token %s was created by an earlier request; delete it and create another"
                    .formatted(name));
          }
          return Reply.created(new NewToken(name, token));
        });
  }

  private Reply deleteToken(Request request) throws InterruptedException {
    request.noBody();
    var command =
        new ConfigCommand.DeleteToken(
            user(request, request.param("user")).id(), request.param("token"));
    return answers.to(request, command, _ -> Reply.empty());
  }

  private Reply projects(Request request) {
    Configuration state = state();
    return Reply.ok(
        new ProjectList(
            state.projects().values().stream()
                .filter(project -> mayActFor(request, project.owner()))
                .sorted(Comparator.comparing(Project::path))
                .map(project -> ProjectView.of(state, project))
                .toList()));
  }

  private Reply createProject(Request request) throws InterruptedException {
    var body = request.json(NewProject.class);
    var command =
        new ConfigCommand.CreateProject(
            user(request, required("owner", body.owner())).id(),
            required("name", body.name()),
            body.remoteRepositoryConfigType() == null
                ? ConfigRules.HOSTED
                : body.remoteRepositoryConfigType());
    return answers.to(
        request,
        command,
        id -> Reply.created(ProjectView.of(state(), existing(new ProjectId(id)))));
  }

  private Reply project(Request request) {
    Project project = state().projects().get(projectId(request));
    if (project == null || !mayActFor(request, project.owner())) {
      throw noProject(request.param("project"));
    }
    return Reply.ok(ProjectView.of(state(), project));
  }

  private Reply deleteProject(Request request) throws InterruptedException {
    request.noBody();
    return answers.to(
        request, new ConfigCommand.DeleteProject(projectId(request)), _ -> Reply.empty());
  }

  private Configuration state() {
    return view.state(0);
  }

  private boolean mayActFor(Request request, @Nullable UserId user) {
    Actor actor = Callers.actorOf(request);
    return switch (actor.kind()) {
      case system -> true;
      case executor -> false;
      case user -> {
        User asking = state().users().get(new UserId(actor.id()));
        yield asking != null && (asking.admin() || asking.id().equals(user));
      }
    };
  }

  private User user(Request request, String nameOrId) {
    User user = state().userByName(nameOrId);
    if (user == null && Ids.GRAMMAR.matcher(nameOrId).matches()) {
      user = state().users().get(new UserId(nameOrId));
    }
    if (user == null && !mayActFor(request, null)) {
      throw ProblemException.forbidden("only an administrator may do this for other users");
    }
    if (user == null) {
      throw ProblemException.notFound("there is no user " + shown(nameOrId));
    }
    return user;
  }

  private User existing(UserId id) {
    User user = state().users().get(id);
    if (user == null) {
      throw ProblemException.notFound("the user was created, and has been deleted since");
    }
    return user;
  }

  private Project existing(ProjectId id) {
    Project project = state().projects().get(id);
    if (project == null) {
      throw ProblemException.notFound("the project was created, and has been deleted since");
    }
    return project;
  }

  private static ProjectId projectId(Request request) {
    String id = request.param("project");
    if (!Ids.GRAMMAR.matcher(id).matches()) {
      throw noProject(id);
    }
    return new ProjectId(id);
  }

  private static ProblemException noProject(String id) {
    return ProblemException.notFound("there is no project " + shown(id));
  }

  private static String required(String field, @Nullable String value) {
    if (value == null) {
      throw ProblemException.badRequest("\"%s\" is missing".formatted(field));
    }
    return value;
  }

  private static String shown(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }
}
