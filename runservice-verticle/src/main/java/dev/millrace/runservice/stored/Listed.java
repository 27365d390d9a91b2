package dev.millrace.runservice.stored;

import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.Run.Task;
import dev.millrace.events.run.RunPhase;
import dev.millrace.events.run.RunResult;
import dev.millrace.storage.index.IndexedRun;
import dev.millrace.storage.index.IndexedRun.Place;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What lists show of a run and find it by: the same of one in memory and of one in the index. */
public record Listed(
    RunId id,
    String name,
    String group,
    RunPhase phase,
    RunResult result,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable String branch,
    @Nullable String author,
    @Nullable String trigger,
    @Nullable String frozen,
    List<String> tasksWaitingApproval) {
  /** In the order of the index. */
  public static final Comparator<Listed> NEWEST_FIRST =
      Comparator.comparing(Listed::place, Place.NEWEST_FIRST);

  /** Of a run as it is now. */
  public static Listed of(Run run) {
    var annotations = run.spec().annotations();
    return new Listed(
        run.id(),
        run.spec().name(),
        run.spec().group(),
        run.phase(),
        run.result(),
        run.createdAt(),
        run.startedAt(),
        run.endedAt(),
        annotations.get("branch"),
        annotations.get("author"),
        annotations.get("trigger"),
        run.frozen(),
        run.tasksInOrder().stream()
            .filter(Task::waitingApproval)
            .map(task -> task.spec().name())
            .toList());
  }

  static Listed of(IndexedRun run) {
    return new Listed(
        new RunId(root(run.group()), run.number()),
        run.name(),
        run.group(),
        RunPhase.valueOf(run.phase()),
        RunResult.valueOf(run.result()),
        run.createdAt(),
        run.startedAt(),
        run.endedAt(),
        run.branch(),
        run.author(),
        run.trigger(),
        null,
        List.of());
  }

  /** The first two segments of the path. */
  private static RootGroup root(String group) {
    int second = group.indexOf('/', group.indexOf('/', 1) + 1);
    return RootGroup.parse(second < 0 ? group.substring(1) : group.substring(1, second));
  }

  /** As it is in the index, or would be. */
  public IndexedRun indexed() {
    return new IndexedRun(
        group,
        id.number(),
        name,
        phase.name(),
        result.name(),
        createdAt,
        startedAt,
        endedAt,
        branch,
        author,
        trigger);
  }

  /** Its place among all runs. */
  public Place place() {
    return new Place(createdAt, group, id.number());
  }
}
