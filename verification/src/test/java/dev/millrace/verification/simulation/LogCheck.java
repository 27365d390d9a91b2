package dev.millrace.verification.simulation;

import dev.millrace.datamanager.logs.LogArchive;
import dev.millrace.events.RunId;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.LogRange;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.TaskSpec;
import dev.millrace.runservice.feed.RunSource;
import dev.millrace.runservice.logs.Followers;
import dev.millrace.runservice.logs.LogPart;
import dev.millrace.runservice.logs.LogQuery;
import dev.millrace.runservice.logs.LogSink;
import dev.millrace.runservice.logs.LogTail;
import dev.millrace.runservice.logs.StoredLogs;
import dev.millrace.runservice.logs.TaskLogs;
import dev.millrace.storage.coordination.MemoryCoordinationStore;
import dev.millrace.storage.objects.MemoryObjectStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the log of every attempt, as the run service does, and compares it with what its steps have
 * put out: all of it for a step whose end was reported, a beginning of it for one that was lost.
 */
final class LogCheck {
  private final World world;
  private final SimulatedBus bus;

  LogCheck(World world) {
    this.world = world;
    this.bus = SimulatedBus.of(world.broker).blocking();
  }

  void run() {
    var source = new Source();
    try (var followers = new Followers(bus, "logs", 1);
        var tail = new LogTail(bus, source, world.broker.time::now);
        var stored = nothingArchived()) {
      var logs = new TaskLogs(bus, source, tail, followers, stored);
      for (int p = 0; p < World.PARTITIONS; p++) {
        if (!world.oracles.isCut(p)) {
          for (var root : world.oracles.of(p).state.roots().values()) {
            for (Run run : root.runs().values()) {
              check(logs, run);
            }
          }
        }
      }
    }
  }

  private static StoredLogs nothingArchived() {
    var coordination = new MemoryCoordinationStore(() -> 0);
    var objects = new MemoryObjectStore(() -> Instant.EPOCH);
    return new StoredLogs(LogArchive.open(objects, coordination, () -> "o"), coordination);
  }

  private void check(TaskLogs logs, Run run) {
    for (Run.Task task : run.tasksInOrder()) {
      for (Run.Attempt attempt : task.attempts()) {
        for (int step = 0; step < attempt.steps().size() && attempt.claimed(); step++) {
          var ref = new AttemptRef(run.id(), task.spec().name(), attempt.number());
          var query =
              new LogQuery(
                  run.id(), ref.task(), attempt.number(), step, LogPart.ALL, /* follow= */ false);
          var read = new Read();
          try {
            logs.open(query).writeTo(read);
          } catch (IOException | InterruptedException e) {
            throw new Violation("the log of step %d of %s: %s".formatted(step, ref, e));
          }
          check(ref, step, attempt.steps().get(step).log(), length(task.spec(), step), read);
        }
      }
    }
  }

  private void check(AttemptRef ref, int step, @Nullable LogRange range, int length, Read read) {
    byte[] bytes = read.all.toByteArray();
    byte[] made = SimulatedDriver.output(ref, step, length);
    Violation.unless(
        bytes.length <= made.length && Arrays.equals(bytes, Arrays.copyOf(made, bytes.length)),
        "the log of step %d of %s is not what it has put out",
        step,
        ref);
    if (range != null) {
      Violation.unless(
          bytes.length == range.bytes(),
          "the log of step %d of %s has %d bytes, not %d",
          step,
          ref,
          bytes.length,
          range.bytes());
      world.chaos.tally.count("log read");
    } else if (bytes.length > 0) {
      world.chaos.tally.count("log of a lost step read");
    }
  }

  private static int length(TaskSpec task, int step) {
    Map<String, String> environment =
        task.steps().get(step) instanceof TaskSpec.Step.Run run ? run.environment() : Map.of();
    return Integer.parseInt(environment.getOrDefault("MILLRACE_DUMMY_OUTPUT", "0"));
  }

  /** The runs as the oracles know them. */
  private final class Source implements RunSource {
    @Override
    public @Nullable Run run(RunId id) {
      return world.oracles.of(id.root()).state.run(id);
    }

    @Override
    public @Nullable Run recent(RunId id) {
      return run(id);
    }

    @Override
    public boolean hasEnded(RunId id) {
      Run run = run(id);
      return run != null && run.phase().ended();
    }

    @Override
    public boolean areLogsDeleted(RunId id, String task) {
      return false;
    }

    @Override
    public Watch watch(RunId id, Consumer<Run> listener) {
      Run run = run(id);
      if (run != null) {
        listener.accept(run);
      }
      return () -> {};
    }
  }

  private static final class Read implements LogSink {
    final ByteArrayOutputStream all = new ByteArrayOutputStream();

    @Override
    public void begin(int attempt, int step, TaskSpec.Step spec, long position) {}

    @Override
    public void bytes(long after, byte[] bytes, int from, int length) {
      all.write(bytes, from, length);
    }

    @Override
    public void end(int attempt, int step, Run.StepState state, long position) {}

    @Override
    public void idle() {}
  }
}
