package dev.millrace.datamanager.index;

import dev.millrace.events.run.Run;
import dev.millrace.storage.index.IndexedRun;

/** Runs as the index has them. */
public final class IndexedRuns {
  private IndexedRuns() {}

  /** What lists show of the run, as it is now, and what they find it by. */
  public static IndexedRun of(Run run) {
    var annotations = run.spec().annotations();
    return new IndexedRun(
        run.spec().group(),
        run.id().number(),
        run.spec().name(),
        run.phase().name(),
        run.result().name(),
        run.createdAt(),
        run.startedAt(),
        run.endedAt(),
        annotations.get("branch"),
        annotations.get("author"),
        annotations.get("trigger"));
  }
}
