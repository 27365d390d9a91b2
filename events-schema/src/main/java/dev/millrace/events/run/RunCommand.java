package dev.millrace.events.run;

import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.UserId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What may be asked of the run authority. Wire names are in {@link RunCatalog}. */
public sealed interface RunCommand {

  /** Whose partition it belongs to. */
  RootGroup root();

  /** A command about one run that exists. */
  sealed interface OfRun extends RunCommand {
    RunId run();

    @Override
    default RootGroup root() {
      return run().root();
    }
  }

  /** A command about an attempt at a task of a run. */
  sealed interface OfAttempt extends OfRun {
    AttemptRef attempt();

    @Override
    default RunId run() {
      return attempt().run();
    }
  }

  /**
   * Creates all of the runs or none; answered with their ids.
   *
   * @param delivery the offset on {@code incoming-deliveries} that this answers; deliveries of a
   *     root group are answered in their order, each once. Null if it was not a delivery
   * @param runs may be empty when it answers a delivery
   * @param reason why there are no runs; empty if there are some
   */
  record CreateRuns(RootGroup root, @Nullable Long delivery, List<RunSpec> runs, String reason)
      implements RunCommand {
    public CreateRuns {
      runs = List.copyOf(runs);
    }
  }

  /** Lets a queued run begin; from the scheduler, once its group is free. */
  record StartRun(RunId run) implements OfRun {}

  /** Ends a run that is queued. */
  record CancelRun(RunId run) implements OfRun {}

  /** Ends a run that is running: what runs is stopped, what waits does not start. */
  record StopRun(RunId run) implements OfRun {}

  /** Merges annotations into those of a task. The key {@code approvers} is closed to it. */
  record SetTaskAnnotations(RunId run, String task, Map<String, String> annotations)
      implements OfRun {
    public SetTaskAnnotations {
      annotations = TaskSpec.Copies.ordered(annotations);
    }
  }

  /** Adds a person to the approvers in a task's annotations. It does not approve. */
  record AddApprover(RunId run, String task, UserId approver) implements OfRun {}

  /** Lets a task start that waits for approval; counted again when it is decided. */
  record ApproveTask(RunId run, String task) implements OfRun {}

  /** Gives a ready task to an executor. */
  record AssignTask(AttemptRef attempt, ExecutorRef executor) implements OfAttempt {}

  /**
   * From the executor that was given the task and cannot take it, or from the scheduler when that
   * executor is lost. Refused once the task is claimed; no attempt is used up.
   */
  record UnassignTask(AttemptRef attempt, ExecutorRef executor, String reason)
      implements OfAttempt {}

  /** From the executor that was given the task, before it runs anything of it. */
  record ClaimTask(AttemptRef attempt, ExecutorRef executor) implements OfAttempt {}

  /** News of an attempt, from the executor that claimed it. */
  record ReportTask(
      AttemptRef attempt, ExecutorRef executor, List<StepReport> steps, @Nullable TaskEnd end)
      implements OfAttempt {
    public ReportTask {
      steps = List.copyOf(steps);
    }
  }

  /**
   * How an attempt ended.
   *
   * @param message a sentence for people where the outcome needs one; else empty
   */
  record TaskEnd(TaskOutcome outcome, String message) {}

  /** A command about a run that has ended: while it has not, it is refused. */
  sealed interface OfEnded extends RunCommand {
    RunId run();

    @Override
    default RootGroup root() {
      return run().root();
    }
  }

  /** Forgets a run that has ended, with its logs. Its number is not given again. */
  record DeleteRun(RunId run) implements OfEnded {}

  /**
   * Forgets the logs of a run that has ended.
   *
   * @param task whose logs; null: of all tasks
   */
  record DeleteLogs(RunId run, @Nullable String task) implements OfEnded {}

  /** From the scheduler: the executor's lease is over, and with it every attempt it held. */
  record DeclareLost(AttemptRef attempt, ExecutorRef executor) implements OfAttempt {}
}
