package dev.millrace.verification.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bus.ledger.BrokenPieces.Breach;
import dev.millrace.bus.ledger.ChangedFold;
import dev.millrace.datamanager.SteppedDataManager;
import dev.millrace.verification.simulation.Mutations.FailureIgnored;
import dev.millrace.verification.simulation.Mutations.NoRecordForPoison;
import dev.millrace.verification.simulation.Mutations.NoTrying;
import dev.millrace.verification.simulation.Mutations.OfPieces;
import dev.millrace.verification.simulation.Mutations.WrittenBeforeTheRaise;
import dev.millrace.verification.simulation.MutationsAround.Accepts;
import dev.millrace.verification.simulation.MutationsAround.AnyIncarnationReplaces;
import dev.millrace.verification.simulation.MutationsAround.LeaseClockStops;
import dev.millrace.verification.simulation.MutationsAround.LeaseLongerThanTold;
import dev.millrace.verification.simulation.MutationsAround.MoreThanItsSlots;
import dev.millrace.verification.simulation.MutationsAround.NoLookForSigns;
import dev.millrace.verification.simulation.MutationsAround.RunsBeforeTheClaim;
import dev.millrace.verification.simulation.MutationsAround.TimersNotRestarted;
import dev.millrace.verification.simulation.MutationsOfStorage.CheckpointOfTheWorkingCopy;
import dev.millrace.verification.simulation.MutationsOfStorage.CheckpointWith;
import dev.millrace.verification.simulation.MutationsOfStorage.CheckpointWithoutGaps;
import dev.millrace.verification.simulation.MutationsOfStorage.ForgottenBeforeArchived;
import dev.millrace.verification.simulation.MutationsOfStorage.GenerationWrittenTwice;
import dev.millrace.verification.simulation.MutationsOfStorage.OfDataManager;
import dev.millrace.verification.simulation.MutationsOfStorage.PointerTrusted;
import dev.millrace.verification.simulation.TooEarly.AnswersFrom;
import dev.millrace.verification.simulation.TooEarly.EffectsFrom;
import dev.millrace.verification.simulation.TooEarly.Source;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The simulation would notice if the protocol, or what is around it, were another.
 *
 * <p>{@code -Dsimulation.mutation=EXPRESSION} tries only those whose name matches, {@code
 * -Dsimulation.mutation.seeds=N} at least so many seeds of each, to tell how many of them notice.
 */
final class MutationsTest {
  // So many at a time, until one sees it: those that nobody would heal take longest.
  private static final int SEEDS = Integer.getInteger("simulation.mutation.seeds", 8);
  private static final String ONLY = System.getProperty("simulation.mutation", "");
  private static final int AT_MOST = 2_000;

  @BeforeAll
  static void quiet() {
    SimulationTest.quiet();
  }

  static Stream<Arguments> mutations() {
    return Stream.of(
            Stream.of(Breach.values())
                .filter(breach -> breach != Breach.NONE)
                .map(breach -> Arguments.of(breach.name(), new OfPieces(breach))),
            Stream.of(SteppedDataManager.Breach.values())
                .filter(breach -> breach != SteppedDataManager.Breach.NONE)
                .map(breach -> Arguments.of(breach.name(), new OfDataManager(breach))),
            Stream.of(Source.values())
                .map(s -> Arguments.of("ANSWERS_FROM_THE_" + s, new AnswersFrom(s))),
            Stream.of(Source.values())
                .map(s -> Arguments.of("EFFECTS_FROM_THE_" + s, new EffectsFrom(s))),
            Stream.of(
                Arguments.of("FAILURE_IGNORED", new FailureIgnored()),
                Arguments.of("NO_TRYING", new NoTrying()),
                Arguments.of("NO_RECORD_FOR_POISON", new NoRecordForPoison()),
                Arguments.of("WRITTEN_BEFORE_THE_RAISE", new WrittenBeforeTheRaise()),
                Arguments.of("CHECKPOINT_WITHOUT_DECISIONS", new CheckpointWithoutGaps()),
                Arguments.of("POINTER_TRUSTED", new PointerTrusted()),
                Arguments.of("GENERATION_WRITTEN_TWICE", new GenerationWrittenTwice()),
                Arguments.of("FORGOTTEN_BEFORE_ARCHIVED", new ForgottenBeforeArchived()),
                Arguments.of(
                    "CHECKPOINT_WITHOUT_TERM", new CheckpointWith(ChangedFold::withoutTerm)),
                Arguments.of("CHECKPOINT_WITHOUT_N", new CheckpointWith(ChangedFold::withoutN)),
                Arguments.of("CHECKPOINT_WITHOUT_IDS", new CheckpointWith(ChangedFold::withoutIds)),
                Arguments.of("CHECKPOINT_OF_THE_WORKING_COPY", new CheckpointOfTheWorkingCopy()),
                Arguments.of("TIMERS_NOT_RESTARTED", new TimersNotRestarted()),
                Arguments.of("ANY_INCARNATION_REPLACES", new AnyIncarnationReplaces()),
                Arguments.of("NO_LOOK_FOR_SIGNS", new NoLookForSigns()),
                Arguments.of("RUNS_BEFORE_THE_CLAIM", new RunsBeforeTheClaim()),
                Arguments.of("LEASE_CLOCK_STOPS", new LeaseClockStops()),
                Arguments.of("LEASE_LONGER_THAN_TOLD", new LeaseLongerThanTold()),
                Arguments.of("MORE_THAN_ITS_SLOTS", new MoreThanItsSlots())),
            Stream.of(LooseRules.values())
                .map(rule -> Arguments.of(rule.name(), new Accepts(rule))))
        .flatMap(each -> each)
        .filter(each -> ONLY.isEmpty() || String.valueOf(each.get()[0]).matches(ONLY));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mutations")
  void aBrokenProtocolIsCaught(String name, Mutation mutation) {
    Map<Long, String> caught = new TreeMap<>();
    long begun = System.nanoTime();
    int tried = 0;
    while (caught.isEmpty() && tried < AT_MOST) {
      LongStream.range(tried, tried + SEEDS)
          .parallel()
          .forEach(
              seed -> {
                String why = caught(seed, mutation);
                if (why != null) {
                  synchronized (caught) {
                    caught.put(seed, why);
                  }
                }
              });
      tried += SEEDS;
    }
    assertThat(caught).as("seeds of %d that notice %s", tried, name).isNotEmpty();
    var first = caught.entrySet().iterator().next();
    assertThat(caught(first.getKey(), mutation.healthy()))
        .as("why seed %d fails without %s", first.getKey(), name)
        .isNull();
    System.out.printf(
        "mutation %s: caught by %d of %d seeds in %d s; by %d: %.200s%n",
        name,
        caught.size(),
        tried,
        Duration.ofNanos(System.nanoTime() - begun).toSeconds(),
        first.getKey(),
        first.getValue());
  }

  private static @Nullable String caught(long seed, Mutation mutation) {
    try {
      World.run(seed, mutation);
      return null;
    } catch (RuntimeException | Violation e) {
      return e.toString();
    }
  }
}
