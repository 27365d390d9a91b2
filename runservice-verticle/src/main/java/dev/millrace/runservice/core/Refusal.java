package dev.millrace.runservice.core;

import dev.millrace.events.Decision;
import dev.millrace.events.Outcome.Code;
import dev.millrace.events.RunId;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.Run;
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
