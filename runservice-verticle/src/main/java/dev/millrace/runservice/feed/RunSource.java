package dev.millrace.runservice.feed;

import dev.millrace.events.RunId;
import dev.millrace.events.run.Run;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs as this replica has folded them. Any thread. */
public interface RunSource {
  /**
   * The run as it is now; null if there is none of this id. One that ended a while ago is read from
   * where it is stored, so this may block, and fail as {@link RunStore#find}; so does one that was
   * deleted.
   */
  @Nullable Run run(RunId id);

  /** As {@link #run}, but null as well if the run is not in memory any more. Does not block. */
  @Nullable Run recent(RunId id);

  /** Whether there was a run of this id, which has ended. */
  boolean hasEnded(RunId id);

  /** Whether the task's logs were deleted lately; what is stored of logs knows it later. */
  boolean areLogsDeleted(RunId id, String task);

  /**
   * Tells the run as it is, and then after every decision that changes it, until closed. The
   * listener may hear an older state after a newer one (see {@link Run#revision}); it must not
   * wait.
   */
  Watch watch(RunId id, Consumer<Run> listener);

  /** Ends what it stands for; may be called more than once. */
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }
}
