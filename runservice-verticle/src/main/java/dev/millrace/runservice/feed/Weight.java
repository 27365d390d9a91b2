package dev.millrace.runservice.feed;

import dev.millrace.events.run.Run;
import dev.millrace.events.run.TaskSpec;
import dev.millrace.events.run.TaskSpec.Step;
import java.util.Map;

/** About how many bytes of memory a run takes: enough to bound many of them. */
final class Weight {
  private static final long RUN = 2_000;
  private static final long TASK = 1_000;
  private static final long STEP = 300;
  private static final long ENTRY = 100;

  private Weight() {}

  static long of(Run run) {
    long bytes =
        RUN
            + texts(run.spec().environment())
            + texts(run.spec().staticEnvironment())
            + texts(run.spec().annotations());
    for (Run.Task task : run.tasks().values()) {
      bytes += TASK + of(task.spec()) + task.attempts().size() * (TASK + STEP);
    }
    return bytes;
  }

  private static long of(TaskSpec task) {
    long bytes = texts(task.environment());
    for (Step step : task.steps()) {
      bytes +=
          switch (step) {
            case Step.Clone _ -> STEP;
            case Step.Run run -> STEP + run.command().length() + texts(run.environment());
          };
    }
    return bytes;
  }

  private static long texts(Map<String, String> texts) {
    long bytes = 0;
    for (String text : texts.values()) {
      bytes += ENTRY + text.length();
    }
    return bytes;
  }
}
