package dev.millrace.runservice.feed;

import dev.millrace.events.RunId;
import dev.millrace.events.run.Run;
import org.jspecify.annotations.Nullable;

/** Where runs are that have ended a while ago. Any thread. */
public interface RunStore {
  /** Nothing is stored: whatever has ended stays in memory. */
  RunStore NONE = _ -> null;

  /** The run as it was at its end; null if it is not stored. May block. */
  @Nullable Run find(RunId id);
}
