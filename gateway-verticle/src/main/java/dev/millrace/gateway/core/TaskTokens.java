package dev.millrace.gateway.core;

import dev.millrace.events.run.Run;
import dev.millrace.events.run.Runs;
import dev.millrace.events.run.TaskToken;

/** Whether the attempt that a token names still runs. */
public final class TaskTokens {

  private TaskTokens() {}

  /** What the fold says of a token. */
  public enum Standing {
    /** Its incarnation has claimed the attempt, which has not ended. */
    GOOD,
    /** Never good again. */
    OVER,
    /** Nothing is known of it yet: a fold that is further on may say more. */
    UNKNOWN
  }

  public static Standing of(TaskToken token, Runs runs) {
    Run run = runs.run(token.attempt().run());
    Run.Task task = run == null ? null : run.tasks().get(token.attempt().task());
    if (run == null || task == null) {
      return Standing.UNKNOWN;
    }
    for (Run.Attempt attempt : task.attempts()) {
      if (attempt.number() == token.attempt().attempt()) {
        if (!attempt.executor().incarnation().equals(token.incarnation())
            || attempt.outcome() != null) {
          return Standing.OVER;
        }
        return attempt.claimed() ? Standing.GOOD : Standing.UNKNOWN;
      }
    }
    return Standing.UNKNOWN;
  }
}
