package dev.millrace.runservice.logs;

import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.Run.Attempt;
import dev.millrace.events.run.Run.Task;
import dev.millrace.runservice.feed.RunSource;
import org.jspecify.annotations.Nullable;

/** Finds attempts in runs. */
final class Attempts {
  private Attempts() {}

  /** The attempt of that number, or null. */
  static @Nullable Attempt find(Task task, int number) {
    for (Attempt attempt : task.attempts()) {
      if (attempt.number() == number) {
        return attempt;
      }
    }
    return null;
  }

  /** Whether the attempt is known to be over. */
  static boolean ended(RunSource runs, AttemptRef ref) {
    Run run = runs.recent(ref.run());
    if (run == null) {
      return runs.hasEnded(ref.run());
    }
    Task task = run.tasks().get(ref.task());
    Attempt attempt = task == null ? null : find(task, ref.attempt());
    return attempt != null && attempt.outcome() != null;
  }
}
