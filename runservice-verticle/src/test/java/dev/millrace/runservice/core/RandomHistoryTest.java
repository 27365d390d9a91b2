package dev.millrace.runservice.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bus.ledger.Rules.Due;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.RunCatalog;
import dev.millrace.events.run.RunSnapshot;
import dev.millrace.events.run.Runs;
import dev.millrace.events.run.RunsSnapshot;
import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random commands, sensible ones and nonsense mixed: whatever is decided, the invariants of {@link
 * Oracle} hold, and every run can be brought to its end. A failing seed is in the name of the test;
 * {@code -Dmillrace.seed=N} runs that one only, {@code -Dmillrace.seeds=N} the first N.
 */
final class RandomHistoryTest {
  private static final int STEPS = 300;

  static LongStream seeds() {
    Long one = Long.getLong("millrace.seed");
    return one == null
        ? LongStream.range(0, Integer.getInteger("millrace.seeds", 60))
        : LongStream.of(one);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void noHistoryBreaksAnInvariant(long seed) {
    tell(seed);
  }

  @Test
  void aFewHistoriesHaveEveryEvent() {
    Set<Class<?>> seen = new HashSet<>();
    for (long seed = 0; seed < 20; seed++) {
      seen.addAll(tell(seed).seen());
    }

    assertThat(RunCatalog.EVENTS.entries()).allMatch(entry -> seen.contains(entry.body()));
  }

  private static Oracle tell(long seed) {
    var random = new Random(seed);
    var story = new Story();
    var chance = new Chance(random, story);
    var oracle = new Oracle();

    for (int step = 0; step < STEPS; step++) {
      story.later(Duration.ofMillis(random.nextInt(4000)));
      ticks(story, oracle);
      oracle.heard(story.at, story.when(chance.command()));
      if (step % 20 == 0) {
        oracle.check(story.whole);
        nothingButEndedRunsIsForgotten(story);
        assertThat(RunsSnapshot.read(RunsSnapshot.write(story.state).iterator()))
            .isEqualTo(story.state);
      }
    }
    finish(story, chance, oracle);
    oracle.check(story.whole);
    nothingButEndedRunsIsForgotten(story);

    assertThat(oracle.replayed()).isEqualTo(story.whole);
    for (Runs.OfRoot root : story.whole.roots().values()) {
      for (Run run : root.runs().values()) {
        assertThat(RunSnapshot.read(RunSnapshot.write(run))).isEqualTo(run);
      }
    }
    oracle.allHaveEnded();
    assertThat(story.state.active()).isEmpty();
    assertThat(story.state.lanes()).isEmpty();
    assertThat(story.state.unclaimed()).isEmpty();
    return oracle;
  }

  private static void nothingButEndedRunsIsForgotten(Story story) {
    Runs active = story.state;
    Runs whole = story.whole;
    assertThat(active.created()).isEqualTo(whole.created());
    assertThat(active.active()).isEqualTo(whole.active());
    assertThat(active.lanes()).isEqualTo(whole.lanes());
    assertThat(active.unclaimed()).isEqualTo(whole.unclaimed());
    for (var root : whole.roots().entrySet()) {
      var known = active.root(root.getKey());
      assertThat(known.lastNumber()).isEqualTo(root.getValue().lastNumber());
      assertThat(known.lastDelivery()).isEqualTo(root.getValue().lastDelivery());
      for (Run run : root.getValue().runs().values()) {
        boolean ended = run.phase().ended();
        assertThat(active.run(run.id())).isEqualTo(ended ? null : run);
        assertThat(active.hasEnded(run.id())).isEqualTo(ended);
      }
    }
  }

  private static void ticks(Story story, Oracle oracle) {
    Due due = story.rules.nextDue(story.state);
    while (due != null && !due.at().isAfter(story.at)) {
      Runs before = story.state;
      oracle.heard(
          story.at, story.evolve(story.rules.tick(story.state, due, story.at, () -> "id")));
      assertThat(story.state).as("a tick that was due changes something").isNotSameAs(before);
      due = story.rules.nextDue(story.state);
    }
  }

  /** Whatever is open is done, one useful command after the other. */
  private static void finish(Story story, Chance chance, Oracle oracle) {
    for (int left = 100_000; !story.state.active().isEmpty(); left--) {
      assertThat(left).as("the runs come to their end").isPositive();
      oracle.heard(story.at, story.when(chance.useful()));
    }
  }
}
