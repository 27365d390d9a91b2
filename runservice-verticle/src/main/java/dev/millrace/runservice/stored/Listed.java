package dev.millrace.runservice.stored;

import dev.millrace.datamanager.index.IndexedRuns;
import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.Run.Task;
import dev.millrace.events.run.RunPhase;
import dev.millrace.events.run.RunResult;
import dev.millrace.storage.index.IndexedRun;
import dev.millrace.storage.index.IndexedRun.Place;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What lists show of a run: the same of one in memory and of one in the index.
 *
 * @param indexed what it is found by; as it is in the index, or would be
 */
public record Listed(
    RunId id,
    IndexedRun indexed,
    RunPhase phase,
    RunResult result,
    @Nullable String frozen,
    List<String> tasksWaitingApproval) {
  /** In the order of the index. */
  public static final Comparator<Listed> NEWEST_FIRST =
      Comparator.comparing(Listed::place, Place.NEWEST_FIRST);

  /** Of a run as it is now. */
  public static Listed of(Run run) {
    return of(
        IndexedRuns.of(run),
        run.id(),
        run.frozen(),
        run.tasksInOrder().stream()
            .filter(Task::waitingApproval)
            .map(task -> task.spec().name())
            .toList());
  }

  static Listed of(IndexedRun run) {
    return of(run, new RunId(root(run.group()), run.number()), null, List.of());
  }

  private static Listed of(
      IndexedRun run, RunId id, @Nullable String frozen, List<String> tasksWaitingApproval) {
    return new Listed(
        id,
        run,
        RunPhase.valueOf(run.phase()),
        RunResult.valueOf(run.result()),
        frozen,
        tasksWaitingApproval);
  }

  /** The first two segments of the path. */
  private static RootGroup root(String group) {
    int second = group.indexOf('/', group.indexOf('/', 1) + 1);
    return RootGroup.parse(second < 0 ? group.substring(1) : group.substring(1, second));
  }

  /** Its place among all runs. */
  public Place place() {
    return indexed.place();
  }
}
