package dev.millrace.events.run;

import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What happened to runs. Only the run authority writes these, in decisions, whose time is theirs.
 * Wire names are in {@link RunCatalog}.
 */
public sealed interface RunEvent {

  /** Something that happened to one run. */
  sealed interface OfRun extends RunEvent {
    RunId run();
  }

  /** Something that was done to a run that had ended. */
  sealed interface OfEnded extends RunEvent {
    RunId run();
  }

  /** Something that happened to one task of a run. */
  sealed interface OfTask extends OfRun {
    String task();
  }

  /** Something that happened to one attempt at a task. */
  sealed interface OfAttempt extends OfTask {
    AttemptRef attempt();

    @Override
    default RunId run() {
      return attempt().run();
    }

    @Override
    default String task() {
      return attempt().task();
    }
  }

  /**
   * A delivery is answered.
   *
   * @param runs what it created
   * @param reason why nothing was created, if nothing was
   */
  record DeliverySettled(RootGroup root, long delivery, List<RunId> runs, String reason)
      implements RunEvent {
    public DeliverySettled {
      runs = List.copyOf(runs);
    }
  }

  /** A run exists: queued, or in {@code setuperror} if its specification has setup errors. */
  record RunCreated(RunId run, RunSpec spec) implements OfRun {}

  record RunStarted(RunId run) implements OfRun {}

  /** A queued run was cancelled. */
  record RunCancelled(RunId run) implements OfRun {}

  /** A running run is to end early. */
  record RunStopping(RunId run) implements OfRun {}

  /** What came of the run is known, though tasks may still run. */
  record RunResultSet(RunId run, RunResult result) implements OfRun {}

  /** All tasks of the run have ended. */
  record RunFinished(RunId run) implements OfRun {}

  /** The run is forgotten, with its logs. */
  record RunDeleted(RunId run) implements OfEnded {}

  /**
   * Logs of the run are forgotten.
   *
   * @param task whose; null: of all its tasks
   */
  record LogsDeleted(RunId run, @Nullable String task) implements OfEnded {}

  /** All that the task depends on is there, but not the approval. */
  record TaskWaitingApproval(RunId run, String task) implements OfTask {}

  /** The task may be given to an executor. */
  record TaskReady(RunId run, String task) implements OfTask {}

  /** The task will not run, since what it depends on went another way, or its run stops. */
  record TaskSkipped(RunId run, String task) implements OfTask {}

  /** The task will not run, since its run has its result. */
  record TaskCancelled(RunId run, String task) implements OfTask {}

  /** The given annotations have these values now; others are as before. */
  record TaskAnnotationsSet(RunId run, String task, Map<String, String> annotations)
      implements OfTask {
    public TaskAnnotationsSet {
      annotations = TaskSpec.Copies.ordered(annotations);
    }
  }

  record TaskApproved(RunId run, String task) implements OfTask {}

  /** The attempt is the executor's, once it claims it. */
  record TaskAssigned(AttemptRef attempt, ExecutorRef executor) implements OfAttempt {}

  /** The attempt is nobody's again; its number will be given again. */
  record TaskUnassigned(AttemptRef attempt, ExecutorRef executor, String reason)
      implements OfAttempt {}

  /** The executor has taken the attempt: the task runs. */
  record TaskClaimed(AttemptRef attempt, ExecutorRef executor) implements OfAttempt {}

  record StepStarted(AttemptRef attempt, int step) implements OfAttempt {}

  record StepFinished(
      AttemptRef attempt,
      int step,
      StepStatus status,
      @Nullable Integer exitCode,
      @Nullable LogRange log)
      implements OfAttempt {}

  /** The attempt has ended, and with it the task. */
  record TaskFinished(AttemptRef attempt, TaskOutcome outcome, TaskStatus status, String message)
      implements OfAttempt {}
}
