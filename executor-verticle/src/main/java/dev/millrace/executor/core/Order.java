package dev.millrace.executor.core;

import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.RunCommand.TaskEnd;
import dev.millrace.events.run.StepReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What has to be done about an attempt. Orders are carried out in their order. */
public sealed interface Order {
  AttemptRef attempt();

  /**
   * Ask for the attempt; answer with {@link Agent#claimed} or {@link Agent#refused}.
   *
   * @param n of the decision that gave it
   */
  record Claim(AttemptRef attempt, long n) implements Order {}

  /** Give the attempt back; nothing of it was begun. */
  record Unassign(AttemptRef attempt, String reason) implements Order {}

  /** Make a workspace; answer with {@link Agent#prepared} or {@link Agent#notPrepared}. */
  record Prepare(AttemptRef attempt) implements Order {}

  /** Run a step; answer with {@link Agent#ended}. */
  record RunStep(AttemptRef attempt, int step, StepCommand command) implements Order {}

  /** End the step that runs; it will say itself that it has ended. */
  record Stop(AttemptRef attempt) implements Order {}

  /** Tell what has become of the attempt. */
  record Report(AttemptRef attempt, List<StepReport> steps, @Nullable TaskEnd end)
      implements Order {
    public Report {
      steps = List.copyOf(steps);
    }
  }

  /** Remove the workspace, if there is one. */
  record Remove(AttemptRef attempt) implements Order {}
}
