package dev.millrace.runservice.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.Decision;
import dev.millrace.events.LedgerCodec;
import dev.millrace.events.LedgerRecord.Cause;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.RunId;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ConcurrencyKey;
import dev.millrace.events.run.ExecutorRef;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.RunCatalog;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.RunEvolve;
import dev.millrace.events.run.RunPhase;
import dev.millrace.events.run.Runs;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What has to hold in every history, counted from the events alone. */
final class Oracle {
  private static final LedgerCodec<RunEvent> CODEC = new LedgerCodec<>(RunCatalog.EVENTS);

  private final List<Decided<RunEvent>> history = new ArrayList<>();
  private final Map<RunId, ConcurrencyKey> keys = new HashMap<>();
  private final Map<ConcurrencyKey, RunId> running = new HashMap<>();
  private final Map<ConcurrencyKey, List<RunId>> queues = new HashMap<>();
  private final Map<AttemptRef, ExecutorRef> holders = new HashMap<>();
  private final Set<AttemptRef> claimed = new HashSet<>();
  private final Set<AttemptRef> ended = new HashSet<>();
  private final Set<RunId> results = new HashSet<>();
  private final Set<RunId> over = new HashSet<>();

  void heard(Instant at, Decision<RunEvent> decision) {
    history.add(
        new Decided<>(
            "t",
            history.size(),
            new Cause.OfTick("x", at),
            at,
            decision.outcome(),
            decision.events()));
    decision.events().forEach(this::heard);
  }

  private void heard(RunEvent event) {
    if (event instanceof RunEvent.OfRun of) {
      assertThat(over).as("%s after its run ended", event).doesNotContain(of.run());
    }
    switch (event) {
      case RunEvent.OfEnded e -> assertThat(over).as("%s", event).contains(e.run());
      case RunEvent.RunCreated e -> {
        var key = ConcurrencyKey.of(e.spec());
        assertThat(keys.put(e.run(), key)).as("%s is created once", e.run()).isNull();
        if (e.spec().setupErrors().isEmpty()) {
          queues.computeIfAbsent(key, _ -> new ArrayList<>()).add(e.run());
        } else {
          over.add(e.run());
        }
      }
      case RunEvent.RunStarted e -> {
        var key = keys.get(e.run());
        assertThat(running.put(key, e.run())).as("one running run of %s", key).isNull();
        assertThat(queue(e.run()).removeFirst()).as("first in, first out").isEqualTo(e.run());
      }
      case RunEvent.RunCancelled e -> {
        assertThat(queue(e.run()).remove(e.run())).isTrue();
        over.add(e.run());
      }
      case RunEvent.RunResultSet e -> assertThat(results.add(e.run())).as("one result").isTrue();
      case RunEvent.RunFinished e -> {
        assertThat(results).contains(e.run());
        assertThat(running.remove(keys.get(e.run()))).isEqualTo(e.run());
        over.add(e.run());
      }
      case RunEvent.TaskAssigned e ->
          assertThat(holders.put(e.attempt(), e.executor()))
              .as("%s is nobody's", e.attempt())
              .isNull();
      case RunEvent.TaskUnassigned e -> {
        assertThat(claimed).doesNotContain(e.attempt());
        assertThat(holders.remove(e.attempt())).isNotNull();
      }
      case RunEvent.TaskClaimed e -> {
        assertThat(holders.get(e.attempt())).isEqualTo(e.executor());
        assertThat(claimed.add(e.attempt())).as("%s is claimed once", e.attempt()).isTrue();
      }
      case RunEvent.TaskFinished e -> {
        assertThat(claimed).contains(e.attempt());
        assertThat(ended.add(e.attempt())).as("%s ends once", e.attempt()).isTrue();
      }
      case RunEvent _ -> {}
    }
  }

  private List<RunId> queue(RunId run) {
    return Objects.requireNonNull(queues.get(keys.get(run)));
  }

  /** The kinds of events that came. */
  Set<Class<?>> seen() {
    Set<Class<?>> seen = new HashSet<>();
    history.forEach(decided -> decided.events().forEach(event -> seen.add(event.getClass())));
    return seen;
  }

  /** The indexes say what the runs say. */
  void check(Runs state) {
    Set<RunId> active = new HashSet<>();
    int unclaimed = 0;
    for (Runs.OfRoot root : state.roots().values()) {
      assertThat(root.runs()).hasSize((int) root.lastNumber());
      for (Run run : root.runs().values()) {
        if (!run.phase().ended()) {
          active.add(run.id());
          Runs.Lane lane = state.lane(ConcurrencyKey.of(run.spec()));
          assertThat(lane.queued().containsValue(run.id()))
              .isEqualTo(run.phase() == RunPhase.queued);
          assertThat(run.id().equals(lane.running())).isEqualTo(run.phase() == RunPhase.running);
        }
        for (Run.Task task : run.tasks().values()) {
          Run.Attempt open = task.openAttempt();
          unclaimed += open != null && !open.claimed() ? 1 : 0;
        }
      }
    }
    assertThat(new HashSet<>(state.active().values())).isEqualTo(active);
    assertThat(state.unclaimed()).hasSize(unclaimed);
  }

  /** What a reader makes of the records as they stand on the ledger. */
  Runs replayed() {
    Runs state = Runs.EMPTY;
    for (Decided<RunEvent> written : history) {
      var read = (Decided<RunEvent>) CODEC.read(CODEC.write(written));
      assertThat(read).isEqualTo(written);
      for (RunEvent event : read.events()) {
        state = RunEvolve.evolve(state, read.at(), event);
      }
    }
    return state;
  }

  void allHaveEnded() {
    assertThat(over).isEqualTo(keys.keySet());
  }
}
