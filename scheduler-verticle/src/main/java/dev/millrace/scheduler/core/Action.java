package dev.millrace.scheduler.core;

import dev.millrace.events.CommandId;
import dev.millrace.events.run.ExecutorRef;
import dev.millrace.events.run.RunCommand;

/** What the scheduler wants done. Actions are done in the order in which they are returned. */
public sealed interface Action {

  /** Publish the command under this id. */
  record Send(CommandId id, RunCommand command) implements Action {}

  /**
   * An executor seems gone. Take the end of its partition of {@code executor-status} now, and tell
   * {@link Scheduler#silent} once all before that end has been heard.
   *
   * @param doubt tells this look from earlier ones at the same executor
   */
  record LookForSigns(ExecutorRef executor, long doubt) implements Action {}
}
