package dev.millrace.runservice.core;

import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ClaimedTask;
import dev.millrace.events.run.ExecutorRef;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.Run.Attempt;
import dev.millrace.events.run.Run.Task;
import dev.millrace.events.run.RunSpec;
import dev.millrace.events.run.TaskToken;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What executors get for their claims. */
public final class Specifications {
  private Specifications() {}

  /**
   * What the executor needs to run the attempt, if it holds it now; else null. Whether it holds it
   * is for the fold to say: also who claimed it before, and lost the answer, gets it.
   *
   * @param run as this replica has folded it; null if there is none
   */
  public static @Nullable ClaimedTask of(
      @Nullable Run run, AttemptRef ref, ExecutorRef executor, byte[] tokenKey) {
    Task task = run == null ? null : run.tasks().get(ref.task());
    Attempt open = task == null ? null : task.openAttempt();
    if (run == null
        || task == null
        || open == null
        || open.number() != ref.attempt()
        || !open.claimed()
        || !open.executor().equals(executor)) {
      return null;
    }
    return new ClaimedTask(
        ref,
        task.spec(),
        environment(run.spec(), task),
        new TaskToken(ref, executor.incarnation()).sign(tokenKey));
  }

  // Later ones win: a task cannot replace what the run's trigger set, whoever starts it can.
  private static Map<String, String> environment(RunSpec run, Task task) {
    Map<String, String> merged = new LinkedHashMap<>(task.spec().environment());
    merged.putAll(run.staticEnvironment());
    merged.putAll(run.environment());
    return merged;
  }
}
