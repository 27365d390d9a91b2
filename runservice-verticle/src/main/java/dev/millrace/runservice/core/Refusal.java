package dev.millrace.runservice.core;

import dev.millrace.events.Decision;
import dev.millrace.events.Outcome.Code;
import dev.millrace.events.RunId;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.RunCommand.AddApprover;
import dev.millrace.events.run.RunCommand.ApproveTask;
import dev.millrace.events.run.RunCommand.AssignTask;
import dev.millrace.events.run.RunCommand.CancelRun;
import dev.millrace.events.run.RunCommand.ClaimTask;
import dev.millrace.events.run.RunCommand.DeclareLost;
import dev.millrace.events.run.RunCommand.OfRun;
import dev.millrace.events.run.RunCommand.ReportTask;
import dev.millrace.events.run.RunCommand.SetTaskAnnotations;
import dev.millrace.events.run.RunCommand.StartRun;
import dev.millrace.events.run.RunCommand.StopRun;
import dev.millrace.events.run.RunCommand.UnassignTask;
import dev.millrace.events.run.RunEvent;

/** The sentences of refusals that several rules need. */
@SuppressWarnings("AnnotateFormatMethod") // its annotation would be one more library
final class Refusal {
  private Refusal() {}

  static Decision<RunEvent> wrongState(String message, Object... arguments) {
    return Decision.reject(Code.WRONG_STATE, message.formatted(arguments));
  }

  static Decision<RunEvent> stale(String message, Object... arguments) {
    return Decision.reject(Code.STALE, message.formatted(arguments));
  }

  static Decision<RunEvent> invalid(String message, Object... arguments) {
    return Decision.reject(Code.INVALID, Limits.sentence(message.formatted(arguments)));
  }

  static Decision<RunEvent> noRun(RunId run) {
    return Decision.reject(Code.NOT_FOUND, "there is no run %s".formatted(run));
  }

  /** Also who had an attempt at it and comes too late has to hear that it is over. */
  static Decision<RunEvent> ended(OfRun command) {
    return switch (command) {
      case AssignTask c -> over(c.attempt());
      case UnassignTask c -> over(c.attempt());
      case ClaimTask c -> over(c.attempt());
      case ReportTask c -> over(c.attempt());
      case DeclareLost c -> over(c.attempt());
      case StartRun _, CancelRun _, StopRun _, SetTaskAnnotations _, AddApprover _, ApproveTask _ ->
          wrongState("run %s has ended", command.run());
    };
  }

  static Decision<RunEvent> noTask(Run run, String task) {
    return Decision.reject(
        Code.NOT_FOUND, "run %s has no task \"%s\"".formatted(run.id(), Limits.shown(task)));
  }

  static Decision<RunEvent> notRunning(Run run) {
    return run.stopping()
        ? wrongState("run %s is stopping", run.id())
        : wrongState("run %s is %s, not running", run.id(), run.phase());
  }

  static Decision<RunEvent> over(AttemptRef attempt) {
    return stale(
        "attempt %d at task \"%s\" of run %s is over",
        attempt.attempt(), attempt.task(), attempt.run());
  }
}
