package dev.millrace.gateway;

import dev.millrace.events.ProjectId;
import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.config.Configuration.Project;
import dev.millrace.events.config.Configuration.User;
import dev.millrace.gateway.core.Permissions;
import dev.millrace.gateway.core.Permissions.Action;
import dev.millrace.gateway.core.Permissions.Verdict;
import dev.millrace.http.Call;
import dev.millrace.http.EventReader;
import dev.millrace.http.HttpApi;
import dev.millrace.http.HttpCaller;
import dev.millrace.http.HttpJson;
import dev.millrace.http.Reply;
import dev.millrace.http.Request;
import dev.millrace.http.ServerSentEvents;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What goes on, as it goes on: logs, and decisions as server-sent events. All can be resumed. */
final class StreamRoutes {

  private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);
  private static final Duration HEAD = Duration.ofSeconds(20);
  private static final String LAST = "Last-Event-ID";
  private static final List<String> LOG_QUERY =
      List.of("attempt", "step", "from", "to", "line", "lines", "tail", "follow", "download");
  private static final List<String> LOG_HEADERS = List.of("Accept", "Accept-Encoding", LAST);

  private final ConfigView config;
  private final RunRoutes runs;
  private final Upstream runservice;

  StreamRoutes(ConfigView config, RunRoutes runs, Upstream runservice) {
    this.config = config;
    this.runs = runs;
    this.runservice = runservice;
  }

  void addTo(HttpApi api) {
    api.on("GET", "/api/v1/events", this::everything)
        .on("GET", RunRoutes.RUN + "/events", this::ofRun)
        .on("GET", RunRoutes.RUN + "/tasks/:task/logs", this::log);
  }

  private Reply log(Request request) {
    RunId run = runs.run(request, Action.READ_PROJECT);
    List<String> query = new ArrayList<>();
    LOG_QUERY.forEach(
        name ->
            request
                .query(name)
                .ifPresent(value -> query.add(name + "=" + HttpCaller.segment(value))));
    String path = RunRoutes.path(run) + RunRoutes.task(request) + "/logs";
    Call call =
        runservice.call(
            request, "GET", query.isEmpty() ? path : path + "?" + String.join("&", query));
    LOG_HEADERS.forEach(name -> request.header(name).ifPresent(value -> call.header(name, value)));
    return Relay.of(
        call.headWithin(HEAD), request.query("download").map(as -> attached(request, run, as)));
  }

  /** What a browser does with a download, and what it calls the file. */
  private String attached(Request request, RunId run, String as) {
    Project project = config.now().projects().get(new ProjectId(run.root().id()));
    String path = project == null ? run.root().id() : project.path();
    String name =
        "%s-%d-%s.log%s"
            .formatted(
                path.substring(path.lastIndexOf('/') + 1),
                run.number(),
                request.param("task"),
                as.equals("gzip") ? ".gz" : "");
    String plain = name.replaceAll("[^A-Za-z0-9._ -]", "_");
    return "attachment; filename=\"%s\"; filename*=UTF-8''%s"
        .formatted(plain, HttpCaller.segment(name));
  }

  private Reply ofRun(Request request) {
    RunId run = runs.run(request, Action.READ_PROJECT);
    return events(request, "/events?run=" + HttpCaller.segment(run.toString()));
  }

  private Reply everything(Request request) {
    return events(request, "/events");
  }

  private Reply events(Request request, String path) {
    User user = Caller.of(request).user();
    Call call =
        runservice.call(request, "GET", path).header("Accept", ServerSentEvents.CONTENT_TYPE);
    request.header(LAST).or(() -> request.query("after")).ifPresent(id -> call.header(LAST, id));
    Call.Streaming source = call.headWithin(HEAD).open();
    return new Reply.Stream(
        200,
        ServerSentEvents.CONTENT_TYPE,
        Map.of("Cache-Control", "no-store", "X-Accel-Buffering", "no"),
        sink -> {
          sink.whenGone(source::close);
          try (source) {
            sink.flush();
            var to = ServerSentEvents.on(sink);
            tell(user, new EventReader(source.body(), to::ping), to);
          }
        });
  }

  private void tell(User user, EventReader from, ServerSentEvents to) throws IOException {
    long told = System.nanoTime();
    Set<RootGroup> gone = new HashSet<>();
    for (var event = from.next(); event != null; event = from.next()) {
      JsonNode shown = shown(user, event, gone);
      if (shown != null) {
        to.sendJson(event.id(), event.event(), shown);
        told = System.nanoTime();
      } else if (event.id() != null && System.nanoTime() - told > KEEP_ALIVE.toNanos()) {
        // Much goes on, but nothing for this reader.
        to.moveTo(event.id());
        told = System.nanoTime();
      }
    }
  }

  /**
   * What the user is shown of the event; null for nothing.
   *
   * @param gone projects of which this stream knows that they are deleted
   */
  private @Nullable JsonNode shown(User user, EventReader.Event event, Set<RootGroup> gone) {
    JsonNode data = HttpJson.read(event.data().getBytes(StandardCharsets.UTF_8), JsonNode.class);
    return switch (event.event()) {
      case "run" -> RunJson.publicly(data, config.now());
      case "decision" -> {
        RootGroup root = root(data);
        Project project =
            root == null || root.kind() != RootGroup.Kind.project ? null : project(root, gone);
        if (!maySee(user, project)) {
          yield null;
        }
        ObjectNode decision = JsonNodeFactory.instance.objectNode();
        if (project != null) {
          decision.put("project", project.path());
        }
        data.properties().forEach(member -> decision.set(member.getKey(), member.getValue()));
        yield decision;
      }
      default -> data;
    };
  }

  /** A run service may tell of a project before this gateway has read that it was created. */
  private @Nullable Project project(RootGroup root, Set<RootGroup> gone) {
    var id = new ProjectId(root.id());
    Project project = config.now().projects().get(id);
    if (project == null && !gone.contains(root)) {
      config.catchUp();
      project = config.now().projects().get(id);
      if (project == null) {
        gone.add(root);
      }
    }
    return project;
  }

  private static boolean maySee(User user, @Nullable Project project) {
    return project == null
        ? user.admin()
        : Permissions.of(user, Action.READ_PROJECT, project.owner()) == Verdict.ALLOWED;
  }

  /** What the events of a decision are about; null for one without events. */
  private static @Nullable RootGroup root(JsonNode decision) {
    for (JsonNode event : decision.path("events")) {
      JsonNode run = event.has("run") ? event.path("run") : event.path("attempt").path("run");
      if (run.isString()) {
        return RunId.parse(run.stringValue()).root();
      } else if (event.path("root").isString()) {
        return RootGroup.parse(event.path("root").stringValue());
      }
    }
    return null;
  }
}
