package dev.millrace.executor.core;

import dev.millrace.events.run.ClaimedTask;
import dev.millrace.events.run.RunCommand.TaskEnd;
import org.jspecify.annotations.Nullable;

/** Where an attempt stands that takes a slot. */
sealed interface Held {

  /**
   * It may turn out not to be ours.
   *
   * @param ready the workspace is there
   * @param doomed how it ends once it is ours; null: it runs
   */
  record Claiming(boolean ready, @Nullable TaskEnd doomed) implements Held {}

  /** Ours; the workspace is not there yet. */
  record Waiting(ClaimedTask task) implements Held {}

  record Running(ClaimedTask task, int step) implements Held {}

  /** The step is being ended, and then the attempt as is said here. */
  record Stopping(ClaimedTask task, int step, TaskEnd end) implements Held {}
}
