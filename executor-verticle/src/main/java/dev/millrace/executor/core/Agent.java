package dev.millrace.executor.core;

import dev.millrace.events.run.Assignment;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ClaimedTask;
import dev.millrace.events.run.ExecutorRef;
import dev.millrace.events.run.LogRange;
import dev.millrace.events.run.RunCommand.TaskEnd;
import dev.millrace.events.run.StepReport;
import dev.millrace.events.run.StepStatus;
import dev.millrace.events.run.TaskOutcome;
import dev.millrace.events.run.TaskSpec;
import dev.millrace.executor.core.Held.Claiming;
import dev.millrace.executor.core.Held.Running;
import dev.millrace.executor.core.Held.Stopping;
import dev.millrace.executor.core.Held.Waiting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * One incarnation of an executor: which attempts have its slots, and what is to be done about what
 * happens to them. Knows no time and does nothing itself; used by one thread.
 *
 * <p>No step is ordered before the claim was accepted. An attempt that has ended here is never
 * begun again, however often it is assigned.
 */
public final class Agent {
  private static final int REMEMBERED = 65_536;

  private final ExecutorRef self;
  private final int slots;
  private final Steps steps;
  private final SequencedMap<AttemptRef, Held> held = new LinkedHashMap<>();
  private final Map<AttemptRef, Boolean> ended =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<AttemptRef, Boolean> eldest) {
          return size() > REMEMBERED;
        }
      };
  private @Nullable String leaving;

  public Agent(ExecutorRef self, int slots, Steps steps) {
    this.self = self;
    this.slots = slots;
    this.steps = steps;
  }

  public ExecutorRef self() {
    return self;
  }

  /** What has a slot, in the order of assignment. */
  public List<AttemptRef> held() {
    return List.copyOf(held.sequencedKeySet());
  }

  public boolean holds(AttemptRef attempt) {
    return held.containsKey(attempt);
  }

  /** An assignment was read. */
  public List<Order> assigned(Assignment assignment) {
    if (!assignment.executor().equals(self)) {
      return List.of();
    }
    AttemptRef attempt = assignment.attempt();
    return switch (assignment.kind()) {
      case start -> given(attempt, assignment.n());
      case stop -> stop(attempt, new TaskEnd(TaskOutcome.cancelled, why(assignment)));
    };
  }

  private static String why(Assignment assignment) {
    return assignment.why() == null ? "" : assignment.why();
  }

  private List<Order> given(AttemptRef attempt, long n) {
    if (held.containsKey(attempt) || ended.containsKey(attempt)) {
      return List.of();
    }
    if (leaving != null) {
      return List.of(new Order.Unassign(attempt, leaving));
    }
    if (held.size() >= slots) {
      return List.of(
          new Order.Unassign(attempt, "executor %s has no free slot".formatted(self.id())));
    }
    held.put(attempt, new Claiming(false, null));
    return List.of(new Order.Claim(attempt, n), new Order.Prepare(attempt));
  }

  /** The claim was accepted. */
  public List<Order> claimed(ClaimedTask task) {
    AttemptRef attempt = task.attempt();
    if (!(held.get(attempt) instanceof Claiming(boolean ready, TaskEnd doomed))) {
      return List.of();
    }
    if (doomed != null) {
      return finish(attempt, List.of(), doomed);
    }
    if (ready) {
      return step(task, 0, List.of());
    }
    held.put(attempt, new Waiting(task));
    return List.of();
  }

  /** The claim was refused: the attempt is somebody else's, or nobody's. */
  public List<Order> refused(AttemptRef attempt) {
    return held.get(attempt) instanceof Claiming && held.remove(attempt) != null
        ? List.of(new Order.Remove(attempt))
        : List.of();
  }

  /** The workspace is there. */
  public List<Order> prepared(AttemptRef attempt) {
    return switch (held.get(attempt)) {
      case Claiming(_, TaskEnd doomed) -> {
        held.put(attempt, new Claiming(true, doomed));
        yield List.of();
      }
      case Waiting(ClaimedTask task) -> step(task, 0, List.of());
      case Running _, Stopping _ -> List.of();
      case null -> List.of(new Order.Remove(attempt));
    };
  }

  /** There will be no workspace. */
  public List<Order> notPrepared(AttemptRef attempt, String why) {
    var end = new TaskEnd(TaskOutcome.error, why);
    return switch (held.get(attempt)) {
      case Claiming(boolean ready, TaskEnd doomed) -> {
        held.put(attempt, new Claiming(ready, doomed == null ? end : doomed));
        yield List.of();
      }
      case Waiting _ -> finish(attempt, List.of(), end);
      case Running _, Stopping _ -> List.of();
      case null -> List.of();
    };
  }

  /**
   * A step has ended.
   *
   * @param log where its output lies; null if it is not known
   */
  public List<Order> ended(AttemptRef attempt, int step, StepExit exit, @Nullable LogRange log) {
    return switch (held.get(attempt)) {
      case Running(ClaimedTask task, int current) when current == step ->
          ended(task, step, exit, log);
      case Stopping(ClaimedTask _, int current, TaskEnd end) when current == step ->
          finish(attempt, List.of(new StepReport(step, StepStatus.stopped, null, log)), end);
      case Claiming _, Waiting _, Running _, Stopping _ -> List.of();
      case null -> List.of();
    };
  }

  private List<Order> ended(ClaimedTask task, int step, StepExit exit, @Nullable LogRange log) {
    AttemptRef attempt = task.attempt();
    return switch (exit) {
      case StepExit.Exited(int code) when code == 0 ->
          step(task, step + 1, List.of(new StepReport(step, StepStatus.success, 0, log)));
      case StepExit.Exited(int code) ->
          finish(
              attempt,
              List.of(new StepReport(step, StepStatus.failed, code, log)),
              new TaskEnd(
                  TaskOutcome.failure,
                  "%s exited with status %d".formatted(name(task.task(), step), code)));
      case StepExit.Stopped() ->
          finish(
              attempt,
              List.of(new StepReport(step, StepStatus.stopped, null, log)),
              new TaskEnd(TaskOutcome.cancelled, ""));
      case StepExit.Failed(String message) ->
          finish(
              attempt,
              List.of(new StepReport(step, StepStatus.failed, null, log)),
              new TaskEnd(TaskOutcome.error, name(task.task(), step) + ": " + message));
    };
  }

  private List<Order> step(ClaimedTask task, int step, List<StepReport> news) {
    AttemptRef attempt = task.attempt();
    if (step == task.task().steps().size()) {
      return finish(attempt, news, new TaskEnd(TaskOutcome.success, ""));
    }
    StepCommand command;
    try {
      command = steps.command(task, step);
    } catch (IllegalArgumentException e) {
      var all = new ArrayList<>(news);
      all.add(new StepReport(step, StepStatus.failed, null, null));
      String why = name(task.task(), step) + ": " + e.getMessage();
      return finish(attempt, all, new TaskEnd(TaskOutcome.error, why));
    }
    held.put(attempt, new Running(task, step));
    var all = new ArrayList<>(news);
    all.add(new StepReport(step, StepStatus.running, null, null));
    return List.of(new Order.RunStep(attempt, step, command), new Order.Report(attempt, all, null));
  }

  private List<Order> stop(AttemptRef attempt, TaskEnd end) {
    return switch (held.get(attempt)) {
      case Claiming(boolean ready, _) -> {
        held.put(attempt, new Claiming(ready, end));
        yield List.of();
      }
      case Waiting _ -> finish(attempt, List.of(), end);
      case Running(ClaimedTask task, int step) -> {
        held.put(attempt, new Stopping(task, step, end));
        yield List.of(new Order.Stop(attempt));
      }
      case Stopping _ -> List.of();
      case null -> List.of();
    };
  }

  /** Nothing more is taken; what runs goes on. */
  public void retire(String why) {
    leaving = why;
  }

  /** Nothing is taken any more, and what runs is stopped: its executor goes. */
  public List<Order> leave(String why) {
    leaving = why;
    var orders = new ArrayList<Order>();
    for (AttemptRef attempt : held()) {
      orders.addAll(stop(attempt, new TaskEnd(TaskOutcome.lost, why)));
    }
    return orders;
  }

  /**
   * The lease is over: nothing is held any more. What of it had been claimed, or may have been, is
   * reported as lost; ending the steps is the caller's.
   */
  public List<Order.Report> lose(String why) {
    leaving = why;
    List<Order.Report> reports =
        held().stream()
            .map(
                attempt -> new Order.Report(attempt, List.of(), new TaskEnd(TaskOutcome.lost, why)))
            .toList();
    held.clear();
    return reports;
  }

  public boolean leaving() {
    return leaving != null;
  }

  private List<Order> finish(AttemptRef attempt, List<StepReport> news, TaskEnd end) {
    held.remove(attempt);
    ended.put(attempt, true);
    return List.of(new Order.Report(attempt, news, end), new Order.Remove(attempt));
  }

  private static String name(TaskSpec task, int step) {
    String name = task.steps().get(step).name();
    return name.isBlank()
        ? "step %d".formatted(step + 1)
        : "step %d (%s)".formatted(step + 1, name);
  }
}
