package dev.millrace.verification.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bus.ledger.BrokenPieces.Breach;
import dev.millrace.verification.simulation.Mutations.AnswersFrom;
import dev.millrace.verification.simulation.Mutations.EffectsFrom;
import dev.millrace.verification.simulation.Mutations.FailureIgnored;
import dev.millrace.verification.simulation.Mutations.NoRecordForPoison;
import dev.millrace.verification.simulation.Mutations.NoTrying;
import dev.millrace.verification.simulation.Mutations.OfPieces;
import dev.millrace.verification.simulation.Mutations.Source;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The simulation would notice if the protocol were another. */
final class MutationsTest {
  private static final int SEEDS = 400;

  @BeforeAll
  static void quiet() {
    SimulationTest.quiet();
  }

  static Stream<Arguments> mutations() {
    return Stream.of(
            Stream.of(Breach.values())
                .filter(breach -> breach != Breach.UNKNOWN_TYPE_IGNORED)
                .map(breach -> Arguments.of(breach.name(), new OfPieces(breach))),
            Stream.of(Source.values())
                .map(s -> Arguments.of("ANSWERS_FROM_THE_" + s, new AnswersFrom(s))),
            Stream.of(Source.values())
                .map(s -> Arguments.of("EFFECTS_FROM_THE_" + s, new EffectsFrom(s))),
            Stream.of(
                Arguments.of("FAILURE_IGNORED", new FailureIgnored()),
                Arguments.of("NO_TRYING", new NoTrying()),
                Arguments.of("NO_RECORD_FOR_POISON", new NoRecordForPoison())))
        .flatMap(each -> each);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mutations")
  void aBrokenProtocolIsCaught(String name, Mutation mutation) {
    for (long seed = 0; seed < SEEDS; seed++) {
      String caught = caught(seed, mutation);
      if (caught != null) {
        System.out.printf("%s: caught by seed %d: %s%n", name, seed, caught);
        return;
      }
    }
    assertThat(name).as("caught by one of %d seeds", SEEDS).isEmpty();
  }

  private static @org.jspecify.annotations.Nullable String caught(long seed, Mutation mutation) {
    try {
      World.run(seed, mutation);
      return null;
    } catch (RuntimeException | Violation e) {
      return e.toString();
    }
  }
}
