package dev.millrace.runservice.logs;

import dev.millrace.bus.Bus;
import dev.millrace.events.Partitions;
import dev.millrace.events.RunId;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.Run.Task;
import dev.millrace.http.Problem;
import dev.millrace.http.ProblemException;
import dev.millrace.runservice.feed.RunSource;

/**
 * The logs of tasks: what is archived is read from there, what came after that from {@code
 * task-logs}, and what comes still from the {@link LogTail}. Only output of the incarnation that
 * claimed the attempt count. A reader holds a few MiB at most, however long the log and however
 * slow the reader.
 */
public final class TaskLogs {
  private final Bus bus;
  private final RunSource runs;
  private final LogTail tail;
  private final Followers followers;
  private final StoredLogs stored;

  public TaskLogs(Bus bus, RunSource runs, LogTail tail, Followers followers, StoredLogs stored) {
    this.stored = stored;
    this.bus = bus;
    this.runs = runs;
    this.tail = tail;
    this.followers = followers;
  }

  /**
   * Prepares reading.
   *
   * @throws ProblemException 404 if there is no such run, task, attempt or step
   */
  public LogReading open(LogQuery query) {
    Run run = runs.run(query.run());
    if (run == null) {
      throw ProblemException.notFound("there is no run " + query.run());
    }
    Task task = run.tasks().get(query.task());
    if (task == null) {
      throw ProblemException.notFound(
          "run %s has no task \"%s\"".formatted(run.id(), query.task()));
    }
    if (runs.areLogsDeleted(run.id(), query.task())) {
      throw new ProblemException(
          Problem.of(
              410,
              "gone",
              "the logs of task \"%s\" of run %s were deleted".formatted(query.task(), run.id())));
    }
    Integer attempt = query.attempt();
    if (attempt != null && Attempts.find(task, attempt) == null) {
      throw ProblemException.notFound(
          "task \"%s\" of run %s has no attempt %d".formatted(query.task(), run.id(), attempt));
    }
    Integer step = query.step();
    if (step != null && (step < 0 || step >= task.spec().steps().size())) {
      throw ProblemException.notFound(
          "task \"%s\" of run %s has no step %d".formatted(query.task(), run.id(), step));
    }
    return new LogReading(this, run, query);
  }

  Bus bus() {
    return bus;
  }

  RunSource runs() {
    return runs;
  }

  LogTail tail() {
    return tail;
  }

  Followers followers() {
    return followers;
  }

  StoredLogs stored() {
    return stored;
  }

  int partition(RunId run) {
    return Partitions.of(run.toString(), tail.partitions());
  }
}
