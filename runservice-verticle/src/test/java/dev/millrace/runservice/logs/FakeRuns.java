package dev.millrace.runservice.logs;

import dev.millrace.events.RunId;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.RunEvolve;
import dev.millrace.events.run.Runs;
import dev.millrace.runservice.feed.RunSource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs as events make them, without a ledger. */
final class FakeRuns implements RunSource {
  private final Map<RunId, List<Consumer<Run>>> listeners = new ConcurrentHashMap<>();
  private volatile Runs state = Runs.EMPTY;

  synchronized void happened(Instant at, RunEvent.OfRun... events) {
    Runs now = state;
    for (RunEvent event : events) {
      now = RunEvolve.evolve(now, at, event);
    }
    state = now;
    for (RunEvent.OfRun event : events) {
      Run run = run(event.run());
      if (run != null) {
        listeners.getOrDefault(event.run(), List.of()).forEach(listener -> listener.accept(run));
      }
    }
  }

  @Override
  public @Nullable Run run(RunId id) {
    return state.run(id);
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
    listeners.computeIfAbsent(id, _ -> new CopyOnWriteArrayList<>()).add(listener);
    Run now = run(id);
    if (now != null) {
      listener.accept(now);
    }
    return () -> listeners.getOrDefault(id, List.of()).remove(listener);
  }
}
