package dev.millrace.scheduler.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * That two runs of one key never run at once is checked by the meaning of the events themselves: a
 * second start is impossible.
 */
final class SimulationTest {
  private static final int SEEDS = Integer.getInteger("millrace.scheduler.seeds", 150);

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void whateverFailsEveryRunEndsAndNothingThatRunsIsDeclaredLost(int schedulers) {
    int lost = 0;
    for (long seed : LongStream.range(0, SEEDS).toArray()) {
      try {
        var simulation = new Simulation(seed, schedulers, true);
        simulation.live(400);
        simulation.heal(1_200);
        assertThat(simulation.allEnded()).as("all runs have ended").isTrue();
        lost += simulation.lost;
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed %d with %d schedulers".formatted(seed, schedulers), e);
      }
    }
    assertThat(lost).as("losses that were simulated").isGreaterThan(SEEDS);
  }

  @Test
  void whenNothingFailsNoExecutorIsGivenMoreThanItCanTake() {
    for (long seed : LongStream.range(0, SEEDS / 3).toArray()) {
      var simulation = new Simulation(seed, 1, false);
      simulation.live(400);

      assertThat(simulation.executors)
          .as("seed %d", seed)
          .allSatisfy(executor -> assertThat(executor.refusals).isZero());
      assertThat(simulation.lost).isZero();
      simulation.heal(1_200);
      assertThat(simulation.allEnded()).isTrue();
    }
  }
}
