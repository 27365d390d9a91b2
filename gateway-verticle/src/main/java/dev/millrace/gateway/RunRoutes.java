package dev.millrace.gateway;

import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.config.Configuration;
import dev.millrace.events.config.Configuration.Project;
import dev.millrace.events.run.RunSpec;
import dev.millrace.gateway.core.Permissions.Action;
import dev.millrace.http.HttpApi;
import dev.millrace.http.HttpCaller;
import dev.millrace.http.ProblemException;
import dev.millrace.http.Reply;
import dev.millrace.http.Request;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Runs: their list, one by one, and what people do to them. */
final class RunRoutes {

  static final String RUN = "/api/v1/projects/:ref/runs/:number";

  private static final List<String> FILTERS =
      List.of(
          "phase", "result", "group", "name", "branch", "author", "trigger", "text", "since",
          "until", "limit", "before", "count");

  private final ConfigView config;
  private final Projects projects;
  private final Upstream runservice;
  private final InstantSource clock;
  private final Causes causes;

  RunRoutes(
      ConfigView config,
      Projects projects,
      Upstream runservice,
      InstantSource clock,
      Causes causes) {
    this.config = config;
    this.projects = projects;
    this.runservice = runservice;
    this.clock = clock;
    this.causes = causes;
  }

  /** The ids of runs that were created. */
  record Ids(List<String> runs) {}

  /** A run that was created. */
  record Created(String project, long number, String name, String group) {}

  /** Runs that were created. */
  record CreatedRuns(List<Created> runs) {}

  /**
   * A page of runs.
   *
   * @param next what to give as {@code before} for the page that follows
   * @param counts of all pages, if they were asked for
   */
  record Page(List<JsonNode> runs, @Nullable String next, @Nullable Counts counts) {}

  /** How many runs there are. */
  record Counts(long total, Map<String, Long> byPhase, Map<String, Long> byResult) {
    static final Counts NONE = new Counts(0, Map.of(), Map.of());
  }

  /** Annotations to set. */
  record Annotations(Map<String, String> annotations) {}

  void addTo(HttpApi api) {
    api.on("GET", "/api/v1/runs", this::all)
        .on("GET", "/api/v1/projects/:ref/runs", this::ofProject)
        .on("POST", "/api/v1/projects/:ref/runs", this::create)
        .on("GET", RUN, this::show)
        .on("DELETE", RUN, r -> delete(r, ""))
        .on("DELETE", RUN + "/logs", r -> delete(r, "/logs"))
        .on("DELETE", RUN + "/tasks/:task/logs", r -> delete(r, task(r) + "/logs"))
        .on("POST", RUN + "/tasks/:task/approve", r -> act(r, task(r) + "/approve"))
        .on("POST", RUN + "/tasks/:task/annotations", this::annotate);
  }

  /** What ends runs; possible also while nothing new is taken. */
  void addEndingTo(HttpApi api) {
    api.on("POST", RUN + "/cancel", r -> act(r, "/cancel"))
        .on("POST", RUN + "/stop", r -> act(r, "/stop"));
  }

  private Reply all(Request request) {
    Caller caller = Caller.of(request);
    if (caller.user().admin()) {
      return page(request, "");
    }
    String own =
        config.now().projects().values().stream()
            .filter(project -> project.owner().equals(caller.id()))
            .map(project -> RootGroup.of(project.id()).toString())
            .collect(Collectors.joining(","));
    return own.isEmpty() ? none(request) : page(request, own);
  }

  private static Reply none(Request request) {
    boolean counted = request.query("count").filter(text -> text.equals("true")).isPresent();
    return Reply.ok(new Page(List.of(), null, counted ? Counts.NONE : null));
  }

  private Reply ofProject(Request request) {
    Project project = projects.of(request, Action.READ_PROJECT);
    return page(request, RootGroup.of(project.id()).toString());
  }

  private Reply page(Request request, String roots) {
    List<String> query = new ArrayList<>();
    if (!roots.isEmpty()) {
      query.add("root=" + HttpCaller.segment(roots));
    }
    FILTERS.forEach(
        name ->
            request
                .query(name)
                .ifPresent(value -> query.add(name + "=" + HttpCaller.segment(value))));
    String path = query.isEmpty() ? "/runs" : "/runs?" + String.join("&", query);
    Page page = runservice.call(request, "GET", path).read(Page.class);
    Configuration state = config.now();
    return Reply.ok(
        new Page(
            page.runs().stream().<JsonNode>map(run -> RunJson.publicly(run, state)).toList(),
            page.next(),
            page.counts()));
  }

  private Reply create(Request request) {
    Instant from = clock.instant();
    Project project = projects.of(request, Action.ACT_ON_PROJECT);
    String creator = Caller.of(request).user().name();
    var wanted = request.json(NewRuns.class).toSpecs(project, creator);
    Ids ids =
        runservice.change(request, "POST", "/runs", call -> call.json(wanted).read(Ids.class));
    List<RunId> runs = ids.runs().stream().map(RunId::parse).toList();
    causes.requested(from, clock.instant(), runs);
    List<Created> created = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      RunSpec spec = wanted.runs().get(i);
      created.add(new Created(project.path(), runs.get(i).number(), spec.name(), spec.group()));
    }
    return Reply.created(new CreatedRuns(created));
  }

  private Reply show(Request request) {
    RunId run = run(request, Action.READ_PROJECT);
    JsonNode found = runservice.call(request, "GET", path(run)).read(JsonNode.class);
    return Reply.ok(RunJson.publicly(found, config.now()));
  }

  private Reply act(Request request, String action) {
    request.noBody();
    RunId run = run(request, Action.ACT_ON_PROJECT);
    runservice.change(request, "POST", path(run) + action, UserRoutes::sent);
    return Reply.empty();
  }

  private Reply delete(Request request, String what) {
    request.noBody();
    RunId run = run(request, Action.DELETE_RUN);
    runservice.change(request, "DELETE", path(run) + what, UserRoutes::sent);
    return Reply.empty();
  }

  private Reply annotate(Request request) {
    RunId run = run(request, Action.ACT_ON_PROJECT);
    Annotations wanted = request.json(Annotations.class);
    runservice.change(
        request,
        "POST",
        path(run) + task(request) + "/annotations",
        call -> UserRoutes.sent(call.json(wanted)));
    return Reply.empty();
  }

  /** The run that the path names; whether it exists is for the run service to say. */
  RunId run(Request request, Action action) {
    Project project = projects.of(request, action);
    String number = request.param("number");
    try {
      return new RunId(RootGroup.of(project.id()), Long.parseLong(number));
    } catch (IllegalArgumentException _) {
      throw ProblemException.notFound(
          "there is no run %s of %s"
              .formatted(
                  number.length() <= 20 ? number : number.substring(0, 20) + "…", project.path()));
    }
  }

  static String path(RunId run) {
    return "/runs/" + run;
  }

  static String task(Request request) {
    return "/tasks/" + HttpCaller.segment(request.param("task"));
  }
}
