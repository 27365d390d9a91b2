package dev.millrace.events.run;

import dev.millrace.events.Json;
import dev.millrace.events.RunId;
import dev.millrace.events.UnreadableException;
import dev.millrace.events.run.Run.Attempt;
import dev.millrace.events.run.Run.Task;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;

/** A run as JSON, as it is kept outside of the ledger. Readers ignore fields they do not know. */
public final class RunSnapshot {
  private static final int FORMAT = 1;

  private RunSnapshot() {}

  private record Stored(
      int format,
      RunId id,
      long place,
      long revision,
      RunSpec spec,
      RunPhase phase,
      RunResult result,
      boolean stopping,
      @Nullable String frozen,
      Instant createdAt,
      @Nullable Instant startedAt,
      @Nullable Instant endedAt,
      List<StoredTask> tasks) {}

  /** A task without its specification, which is in that of the run, in the same place. */
  private record StoredTask(
      TaskStatus status,
      Map<String, String> annotations,
      boolean waitingApproval,
      boolean approved,
      boolean ready,
      List<Attempt> attempts,
      @Nullable Instant startedAt,
      @Nullable Instant endedAt) {}

  /** The run in UTF-8; the same run is always the same bytes. */
  public static byte[] write(Run run) {
    return Json.write(
        new Stored(
            FORMAT,
            run.id(),
            run.place(),
            run.revision(),
            run.spec(),
            run.phase(),
            run.result(),
            run.stopping(),
            run.frozen(),
            run.createdAt(),
            run.startedAt(),
            run.endedAt(),
            run.tasksInOrder().stream().map(RunSnapshot::stored).toList()));
  }

  private static StoredTask stored(Task task) {
    return new StoredTask(
        task.status(),
        task.annotations(),
        task.waitingApproval(),
        task.approved(),
        task.ready(),
        task.attempts(),
        task.startedAt(),
        task.endedAt());
  }

  /**
   * The run that was written.
   *
   * @throws UnreadableException if it is none, or of a newer format
   */
  public static Run read(byte[] json) {
    Stored stored = Json.read(json, Stored.class);
    List<TaskSpec> specs = stored.spec().tasks();
    if (stored.format() != FORMAT || stored.tasks().size() != specs.size()) {
      throw new UnreadableException(
          "this is no run, or one of format %d, not %d".formatted(stored.format(), FORMAT), null);
    }
    Map<String, Task> tasks = new LinkedHashMap<>();
    for (int i = 0; i < specs.size(); i++) {
      tasks.put(specs.get(i).name(), task(specs.get(i), stored.tasks().get(i)));
    }
    return new Run(
        stored.id(),
        stored.place(),
        stored.revision(),
        stored.spec(),
        stored.phase(),
        stored.result(),
        stored.stopping(),
        stored.frozen(),
        stored.createdAt(),
        stored.startedAt(),
        stored.endedAt(),
        HashTreePMap.from(tasks));
  }

  private static Task task(TaskSpec spec, StoredTask stored) {
    return new Task(
        spec,
        stored.status(),
        stored.annotations(),
        stored.waitingApproval(),
        stored.approved(),
        stored.ready(),
        List.copyOf(stored.attempts()),
        stored.startedAt(),
        stored.endedAt());
  }
}
