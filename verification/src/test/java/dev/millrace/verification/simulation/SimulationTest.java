package dev.millrace.verification.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * The deployed classes, with everything around them failing as the seed says.
 *
 * <p>{@code -Dsimulation.seeds=N} sets how many seeds, {@code -Dsimulation.seed=X} runs only that
 * one, {@code -Dsimulation.trace=true} prints what happens in it.
 */
final class SimulationTest {
  private static final List<String> CRASH_POINTS =
      List.of(
          "IDLE", "ASKING", "READING", "RAISING", "ANNOUNCED", "COUNTING", "CHECKING", "WRITING");
  private static final List<String> WRITES =
      List.of("archive/runs", "manifests/runs", "checkpoints", "manifests/checkpoints");
  // So many seeds hit everything that can happen.
  private static final int ENOUGH = 500;
  // Of those that were decided; a command is healthy unless it ends the process that decides it.
  private static final double WRONGLY_UNDECIDABLE = 0.001;

  @BeforeAll
  static void quiet() {
    for (String name :
        List.of(
            "dev.millrace.bus.ledger",
            "dev.millrace.datamanager",
            "dev.millrace.storage",
            "dev.millrace.runservice",
            "dev.millrace.scheduler",
            "dev.millrace.executor",
            "dev.millrace.gateway")) {
      if (LoggerFactory.getLogger(name) instanceof Logger logger) {
        logger.setLevel(Level.OFF);
      }
    }
  }

  @Test
  void noPromiseIsBrokenWhateverFails() {
    long only = Long.getLong("simulation.seed", -1);
    long count = only >= 0 ? 1 : Long.getLong("simulation.seeds", ENOUGH);
    Tally tally = run(only >= 0 ? LongStream.of(only) : LongStream.range(0, count));

    print(count, tally.all());
    if (count >= ENOUGH) {
      assertThat(missing(tally)).as("what never struck").isEmpty();
      assertThat(tally.of("healthy command undecidable"))
          .isLessThan((long) (WRONGLY_UNDECIDABLE * tally.of("accepted")));
    }
  }

  private static Tally run(LongStream seeds) {
    var tally = new Tally();
    Queue<String> failures = new ConcurrentLinkedQueue<>();
    seeds
        .parallel()
        .forEach(
            seed -> {
              try {
                tally.add(World.run(seed, Mutation.NONE));
              } catch (RuntimeException | Error e) {
                failures.add(failure(seed, e));
              }
            });
    assertThat(failures).isEmpty();
    return tally;
  }

  private static String failure(long seed, Throwable e) {
    return """
    seed %d: %s%s
    To repeat it: mvn -B test -pl verification -am -Dtest=SimulationTest \
    -Dsurefire.failIfNoSpecifiedTests=false -Dsimulation.trace=true -Dsimulation.seed=%d
    """
        .formatted(seed, e, e instanceof Violation ? "" : where(e), seed);
  }

  private static String where(Throwable e) {
    return Arrays.stream(e.getStackTrace())
        .limit(12)
        .map(frame -> "\n  at " + frame)
        .collect(Collectors.joining());
  }

  private static List<String> missing(Tally tally) {
    List<String> missing = new ArrayList<>();
    for (Fault fault : Fault.values()) {
      if (tally.of(fault) == 0) {
        missing.add(fault.name());
      }
    }
    for (String point : CRASH_POINTS) {
      for (String what : List.of("crash in ", "crash in an operation from ", "pause in ")) {
        if (tally.of(what + point) == 0) {
          missing.add(what + point);
        }
      }
    }
    for (String write : WRITES) {
      for (String when : List.of("before", "after")) {
        String death = "a datamanager dies " + when + " writing " + write;
        if (tally.of(death) == 0) {
          missing.add(death);
        }
      }
    }
    return missing;
  }

  private static void print(long seeds, Map<String, Long> counts) {
    System.out.printf("simulation: %d seeds of %d steps%n", seeds, World.STEPS);
    counts.forEach((what, n) -> System.out.printf("%10d  %s%n", n, what));
  }
}
