package dev.millrace.verification.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Seeds of the simulation. */
final class SimulationTest {
  @BeforeAll
  static void quiet() {
    for (String name : List.of("dev.millrace.bus.ledger", "dev.millrace.scheduler")) {
      ((Logger) LoggerFactory.getLogger(name)).setLevel(Level.OFF);
    }
  }

  @Test
  void noPromiseIsBrokenWhateverFails() {
    long only = Long.getLong("simulation.seed", -1);
    long count = Long.getLong("simulation.seeds", 2_000);
    var all = new Tally();
    long begin = System.nanoTime();
    LongStream seeds = only >= 0 ? LongStream.of(only) : LongStream.range(0, count);
    seeds
        .parallel()
        .forEach(
            seed -> {
              try {
                all.add(World.run(seed, Mutation.NONE));
              } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(
                    ("seed %d: %s%nTo repeat it: mvn -B test -pl verification -am"
                            + " -Dtest=SimulationTest -Dsurefire.failIfNoSpecifiedTests=false"
                            + " -Dsimulation.seed=%d")
                        .formatted(seed, e.getMessage(), seed),
                    e);
              }
            });
    System.out.printf("%d seeds in %d ms%n", count, (System.nanoTime() - begin) / 1_000_000);
    all.all().forEach((what, n) -> System.out.printf("%8d  %s%n", n, what));
    assertThat(all.of("answered")).isPositive();
  }
}
