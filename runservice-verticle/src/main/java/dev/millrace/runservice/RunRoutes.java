package dev.millrace.runservice;

import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunCommand.AddApprover;
import dev.millrace.events.run.RunCommand.CancelRun;
import dev.millrace.events.run.RunCommand.CreateRuns;
import dev.millrace.events.run.RunCommand.DeleteLogs;
import dev.millrace.events.run.RunCommand.DeleteRun;
import dev.millrace.events.run.RunCommand.SetTaskAnnotations;
import dev.millrace.events.run.RunCommand.StopRun;
import dev.millrace.events.run.RunSpec;
import dev.millrace.http.HttpApi;
import dev.millrace.http.ProblemException;
import dev.millrace.http.Reply;
import dev.millrace.http.Request;
import dev.millrace.http.UpToDate;
import dev.millrace.runservice.feed.RunFeed;
import dev.millrace.runservice.stored.StoredList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** Reads of runs, and what people do to them. */
final class RunRoutes {
  static final String RUN = "/internal/v1/runs/:kind/:id/:number";
  private final RunFeed feed;
  private final UpToDate upToDate;
  private final RunList list;
  private final Answers answers;
  private final Callers callers;

  RunRoutes(RunFeed feed, UpToDate upToDate, StoredList index, Answers answers, Callers callers) {
    this.feed = feed;
    this.upToDate = upToDate;
    this.list = new RunList(feed, index);
    this.answers = answers;
    this.callers = callers;
  }

  void addTo(HttpApi api) {
    api.on("GET", "/internal/v1/runs", this::page)
        .on("POST", "/internal/v1/runs", this::create)
        .around((r, handler) -> upToDate.answer(r, Set.of(partition(r)), handler))
        .on("GET", RUN, r -> Reply.ok(RunViews.detail(run(r))))
        .on("DELETE", RUN, r -> act(r, new DeleteRun(run(r).id())))
        .on("DELETE", RUN + "/logs", r -> act(r, new DeleteLogs(run(r).id(), null)))
        .on("DELETE", RUN + "/tasks/:task/logs", this::deleteLogs)
        .on(
            "POST",
            RUN + "/tasks/:task/approve",
            r -> act(r, new AddApprover(id(r), r.param("task"), Callers.person(r))))
        .on("POST", RUN + "/tasks/:task/annotations", this::annotate)
        .around(null);
  }

  /** What ends runs. */
  void addEndingTo(HttpApi api) {
    api.around((r, handler) -> upToDate.answer(r, Set.of(partition(r)), handler))
        .on("POST", RUN + "/cancel", r -> act(r, new CancelRun(id(r))))
        .on("POST", RUN + "/stop", r -> act(r, new StopRun(id(r))))
        .around(null);
  }

  private int partition(Request request) {
    return feed.partition(id(request).root());
  }

  /** The body of a request to create runs. */
  record NewRuns(@Nullable RootGroup root, List<RunSpec> runs) {}

  /** The ids of the runs that were created. */
  record Created(List<String> runs) {}

  /** The body of a request to set annotations. */
  record Annotations(@Nullable Map<String, String> annotations) {}

  private Reply page(Request request) throws Exception {
    RunQuery query = RunQuery.of(request);
    return upToDate.answer(
        request, list.partitions(query.roots()), _ -> Reply.ok(list.page(query)));
  }

  private Reply create(Request request) throws Exception {
    NewRuns wanted = request.json(NewRuns.class);
    if (wanted.root() == null || wanted.runs().isEmpty()) {
      throw ProblemException.badRequest("a root and at least one run are needed");
    }
    var command = new CreateRuns(wanted.root(), null, wanted.runs(), "");
    return upToDate.answer(
        request,
        Set.of(feed.partition(wanted.root())),
        _ ->
            answers.decided(
                callers.command(request, Callers.actor(request), command),
                subject -> Reply.created(new Created(Arrays.asList(subject.split(","))))));
  }

  private Reply annotate(Request request) throws InterruptedException {
    Map<String, String> annotations = request.json(Annotations.class).annotations();
    if (annotations == null || annotations.isEmpty()) {
      throw ProblemException.badRequest("annotations are needed");
    }
    return decided(
        request, new SetTaskAnnotations(id(request), request.param("task"), annotations));
  }

  private Reply deleteLogs(Request request) throws InterruptedException {
    Run run = run(request);
    String task = request.param("task");
    if (!run.tasks().containsKey(task)) {
      throw ProblemException.notFound("run %s has no task \"%s\"".formatted(run.id(), task));
    }
    return act(request, new DeleteLogs(run.id(), task));
  }

  private Reply act(Request request, RunCommand command) throws InterruptedException {
    request.noBody();
    return decided(request, command);
  }

  private Reply decided(Request request, RunCommand command) throws InterruptedException {
    return answers.decided(
        callers.command(request, Callers.actor(request), command), _ -> Reply.empty());
  }

  private Run run(Request request) {
    RunId id = id(request);
    Run run = feed.run(id);
    if (run == null) {
      throw ProblemException.notFound("there is no run " + id);
    }
    return run;
  }

  /** The run that a path names; 404 if it cannot be one. */
  static RunId id(Request request) {
    String text =
        String.join("/", request.param("kind"), request.param("id"), request.param("number"));
    try {
      RunId id = RunId.parse(text);
      MDC.put("run", id.toString()); // a thread has one request
      return id;
    } catch (IllegalArgumentException _) {
      throw ProblemException.notFound("there is no run " + text);
    }
  }
}
