package dev.millrace.bus.ledger;

import static dev.millrace.bus.ledger.Table.counted;
import static dev.millrace.bus.ledger.Table.wish;
import static dev.millrace.bus.ledger.Table.writer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bus.Extent;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Counting.Event;
import dev.millrace.bus.ledger.Counting.Wish;
import dev.millrace.bus.ledger.Rules.Due;
import dev.millrace.events.Actor;
import dev.millrace.events.Command;
import dev.millrace.events.CommandId;
import dev.millrace.events.LedgerRecord.Cause;
import dev.millrace.events.LedgerRecord.WriterChanged;
import dev.millrace.events.Outcome;
import dev.millrace.events.Outcome.Code;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Rules 5, 6 and 11: who writes, how, and when no longer. */
final class WriterTest {
  private final Table table = new Table();

  @Test
  void aNewWriterRaisesTheEpochAboveThatOfTheStoreAndOfTheLedger() {
    table.given(writer(7, "a"));
    table.epoch = 3;

    table.running("one");

    assertThat(table.epoch).isEqualTo(8);
    assertThat(table.ledger().getLast())
        .isEqualTo(new WriterChanged<Event>(8, "term1", "one", 1, 1));
  }

  @Test
  void itGoesOnFromTheFold() {
    table.given(writer(1, "a")).given(counted("a", 1, "x", 2));
    table.publish(wish("c1", "x", 3));

    var one = table.running("one");

    assertThat(one.writes(0)).isTrue();
    assertThat(table.decisions()).extracting(d -> d.n()).containsExactly(1L, 2L, 3L);
    assertThat(one.state(0).of("x")).isEqualTo(5);
  }

  @Test
  void commandsAreDecidedOnceAndInOrderAlsoByTheNextWriter() {
    for (int i = 0; i < 5; i++) {
      table.publish(wish("c" + i, "x", 1));
    }
    table.running("one").close();
    for (int i = 5; i < 9; i++) {
      table.publish(wish("c" + i, "x", 1));
    }

    var two = table.running("two");

    assertThat(two.state(0).of("x")).isEqualTo(9);
    assertThat(table.decisions())
        .extracting(d -> ((Cause.OfCommand) d.cause()).offset())
        .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
  }

  @Test
  void aClockFarFromTheBrokersStandsBack() {
    table.skew = Duration.ofSeconds(6);
    table.publish(wish("c1", "x", 1));

    var one = table.running("one");

    assertThat(one.writes(0)).isFalse();
    assertThat(table.decisions()).isEmpty();
    table.skew = Duration.ZERO;
    table.later(Duration.ofSeconds(1));
    table.steps(one);
    assertThat(one.writes(0)).isTrue();
  }

  @Test
  void aForeignWriterEndsTheTerm() {
    var one = table.running("one");
    table.given(writer(99, "foreign"));
    table.publish(wish("c1", "x", 1));

    table.steps(one);

    assertThat(one.writes(0)).isFalse();
    assertThat(table.decisions()).allMatch(d -> !d.term().equals("term1") || d.n() == 1);
    assertThat(one.state(0).of("x")).isZero();
  }

  @Test
  void aFailedAppendEndsTheTermAndTheNextOneDecidesAgain() {
    var one = table.running("one");
    table.failing = Table.LEDGER.topic();
    table.publish(wish("c1", "x", 1));
    table.steps(one);
    assertThat(one.writes(0)).isFalse();

    table.failing = "";
    table.later(Duration.ofSeconds(1));
    table.steps(one);

    assertThat(one.writes(0)).isTrue();
    assertThat(one.state(0).of("x")).isEqualTo(1);
    assertThat(table.lastDecision().term()).isEqualTo("term2");
  }

  @Test
  void aCommandThatMayEndTheProcessIsTriedInOnePartitionAtATime() {
    int partitions = 4;
    var wide = new Table(partitions);
    for (int p = 0; p < partitions; p++) {
      var ledger = new TopicPartition(Table.LEDGER.topic(), p);
      for (long epoch = 1; epoch <= 2; epoch++) { // two terms without a decided command
        var changed = new WriterChanged<Event>(epoch, "t" + epoch, "earlier", 1, partitions);
        wide.put(ledger, wide.kind.eventCodec().write(changed));
      }
      var command = wide.kind.commandCodec().write(wish("c" + p, "x", 1));
      wide.put(new TopicPartition(Table.COMMANDS.topic(), p), command);
    }
    var one = wide.instance("one");

    Set<Integer> tried = new TreeSet<>();
    for (int i = 0; i < 200; i++) {
      one.step(Duration.ZERO);
      wide.later(Duration.ofMillis(50));
      List<Integer> now =
          IntStream.range(0, partitions).filter(p -> isBeingTried(one, p)).boxed().toList();
      assertThat(now).hasSizeLessThanOrEqualTo(1);
      tried.addAll(now);
    }

    assertThat(tried).containsExactly(0, 1, 2, 3);
    assertThat(IntStream.range(0, partitions))
        .allMatch(p -> one.checkpoint(p).fold().command() == 0);
  }

  private static boolean isBeingTried(LedgerAuthority<?, ?, ?> by, int partition) {
    Fold<?> fold = by.checkpoint(partition).fold();
    return fold.barren() > 1 && fold.tries().by("one", 0);
  }

  @Test
  void aDecisionThatDoesNotEvolveIsRejectedBeforeItIsWritten() {
    table.publish(wish("c1", "x", 13));

    var one = table.running("one");

    assertRejected(Code.UNDECIDABLE);
    assertThat(one.state(0).frozen()).isEmpty();
  }

  @Test
  void aDefectOfTheRulesRejectsTheCommand() {
    table.publish(wish("c1", "x", 99));

    table.running("one");

    assertRejected(Code.UNDECIDABLE);
  }

  @Test
  void aDecisionAboveItsLimitIsRejected() {
    table.publish(padded(900_000));
    var d = LedgerSettings.DEFAULT;
    table.settings =
        new LedgerSettings(
            d.remembered(),
            d.unread(),
            d.commands(),
            d.waiting(),
            d.commandBytes(),
            1_000,
            d.patience(),
            d.backOff(),
            d.future(),
            d.triers(),
            d.language());

    table.running("one");

    assertRejected(Code.TOO_LARGE);
  }

  @Test
  void aCommandAboveItsLimitIsRejectedUnread() {
    table.publish(padded(1 << 20));

    table.running("one");

    assertRejected(Code.TOO_LARGE);
    assertThat(((Cause.OfCommand) table.lastDecision().cause()).id()).isNull();
  }

  @Test
  void whatIsDueIsDecidedWhenItsTimeComes() {
    table.rules.due = new Due("x", Table.NOON.plusSeconds(3));
    var one = table.running("one");
    assertThat(table.decisions()).isEmpty();

    table.later(Duration.ofSeconds(3));
    table.steps(one);

    assertThat(table.lastDecision().cause())
        .isEqualTo(new Cause.OfTick("x", Table.NOON.plusSeconds(3)));
    assertThat(one.state(0).of("x")).isEqualTo(1);
  }

  @Test
  void timeDoesNotGoBackWhenTheClockDoes() {
    table.publish(wish("c1", "x", 1));
    var one = table.running("one");
    table.now = Table.NOON.minusSeconds(4);
    table.publish(wish("c2", "x", 1));

    table.steps(one);

    assertThat(table.decisions()).extracting(d -> d.at()).containsExactly(Table.NOON, Table.NOON);
  }

  @Test
  void aWriterWritesOnlyTheLanguageOfItsTerm() {
    table.kind = Counting.kind(2, Counting.NEWER_EVENTS);
    var d = LedgerSettings.DEFAULT;
    table.settings =
        new LedgerSettings(
            d.remembered(),
            d.unread(),
            d.commands(),
            d.waiting(),
            d.commandBytes(),
            d.decisionBytes(),
            d.patience(),
            d.backOff(),
            d.future(),
            d.triers(),
            1);
    table.rules.resets = true;
    table.publish(wish("c1", "x", 1));

    table.running("one");

    assertRejected(Code.TRY_LATER);
  }

  @Test
  void whatCameSinceTheEndOfTheLedgerWasAskedForIsNoLoss() {
    var answers = new CompletableFuture<Void>();
    table.answers = answers;
    table.given(writer(1, "a"));
    var one = table.instance("one");
    one.step(Duration.ZERO);

    table.given(counted("a", 1, "x", 1)).given(counted("a", 2, "x", 1));
    table.steps(one);
    answers.complete(null);
    table.steps(one);

    assertThat(table.stops).isEmpty();
    assertThat(one.writes(0)).isTrue();
  }

  @Test
  void aCheckpointOfALanguageThatIsNotKnownStopsThePartition() {
    table.given(writer(1, "a"));
    var newer = new WriterChanged<Event>(1, "a", "newer", 2, 1);
    var at =
        new Checkpoint<>(
            Fold.empty(Counting.KIND.meaning().empty()).writer(newer), 0, 0, Gaps.NONE);

    var older = table.reader(at);
    older.step(Duration.ZERO);

    assertThat(table.stops).singleElement().asString().contains("language 2");
    assertThat(older.caughtUp()).isCompletedExceptionally();
  }

  @Test
  void anotherCommandWhereTheLastDecidedOneHadBeenStopsThePartition() {
    long offset = table.publish(wish("c1", "x", 1));
    table
        .given(writer(1, "a"))
        .given(
            Table.decided("a", 1, new Cause.OfCommand(offset, null, 42, null, false), List.of()));

    var one = table.running("one");

    assertThat(table.stops).hasSize(1);
    assertThat(one.writes(0)).isFalse();
  }

  @Test
  void commandsShorterThanWhatWasDecidedStopThePartition() {
    table
        .given(writer(1, "a"))
        .given(Table.decided("a", 1, new Cause.OfCommand(5, null, 42, null, false), List.of()));

    var one = table.running("one");
    for (int i = 0; i < 60; i++) {
      table.steps(one);
      table.later(Duration.ofSeconds(1));
    }

    assertThat(table.stops).hasSize(1);
  }

  @Test
  void commandsThatWereTrimmedBeforeTheyWereDecidedStopThePartition() {
    table.publish(wish("c1", "x", 1));
    table.publish(wish("c2", "x", 1));
    table.topics.trim(Table.COMMANDS, 1);

    table.running("one");

    assertThat(table.stops).hasSize(1);
  }

  @Test
  void aLedgerThatWasTrimmedWithoutACheckpointStopsThePartition() {
    table.given(writer(1, "a")).given(counted("a", 1, "x", 1));
    table.topics.trim(Table.LEDGER, 1);

    table.running("one");

    assertThat(table.stops)
        .singleElement()
        .asString()
        .endsWith(
            "it was read up to record -1 before, and has only those from 1 to 1 now: records are"
                + " lost");
  }

  @Test
  void whatCannotBeReadIsNotACommandButDecided() {
    table.put(Table.COMMANDS, "noise".getBytes(StandardCharsets.UTF_8));
    table.publish(wish("c1", "x", 1));

    var one = table.running("one");

    assertThat(table.decisions()).hasSize(2);
    assertThat(one.state(0).of("x")).isEqualTo(1);
  }

  private static Command<Wish> padded(int bytes) {
    return new Command<>(
        new CommandId("big"),
        Table.NOON,
        Actor.system("test"),
        true,
        null,
        new Wish.Count("x", 1, "x".repeat(bytes)));
  }

  @Test
  void aBrokerThatTellsOfAnEndBehindTheRealOneStopsNothing() {
    for (TopicPartition topic : List.of(Table.LEDGER, Table.COMMANDS)) {
      var other = new Table();
      other.publish(wish("c1", "x", 1));
      var one = other.running("one");
      other.given(writer(99, "foreign"));
      other.steps(one);
      other.told.put(topic, new Extent(0, 0));
      for (int i = 0; i < 5; i++) {
        other.later(Duration.ofSeconds(1));
        other.steps(one);
      }
      assertThat(one.writes(0)).isFalse();
      assertThat(other.stops).isEmpty();
      other.told.clear();
      other.later(Duration.ofSeconds(1));
      other.steps(one);
      assertThat(one.writes(0)).as("after the end of %s was told", topic).isTrue();
    }
  }

  @Test
  void anEndThatStaysBehindWhatWasReadStopsThePartition() {
    table.publish(wish("c1", "x", 1));
    var one = table.running("one");
    table.given(writer(99, "foreign"));
    table.told.put(Table.LEDGER, new Extent(0, 1));
    for (int i = 0; i < 60; i++) {
      table.steps(one);
      table.later(Duration.ofSeconds(1));
    }
    assertThat(table.stops).singleElement().asString().contains("was read already");
  }

  private void assertRejected(Code code) {
    assertThat(table.lastDecision().outcome())
        .isInstanceOfSatisfying(
            Outcome.Rejected.class, rejected -> assertThat(rejected.code()).isEqualTo(code));
    assertThat(table.lastDecision().events()).isEmpty();
  }
}
