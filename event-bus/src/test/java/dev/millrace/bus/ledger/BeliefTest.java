package dev.millrace.bus.ledger;

import static dev.millrace.bus.ledger.Table.counted;
import static dev.millrace.bus.ledger.Table.writer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bus.ledger.Counting.Counts;
import dev.millrace.bus.ledger.Counting.Event;
import dev.millrace.bus.ledger.Folding.Folded;
import dev.millrace.events.LedgerRecord;
import dev.millrace.events.LedgerRecord.Cause;
import dev.millrace.events.LedgerRecord.WriterChanged;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rules 3, 4, 11 and 13: what readers believe, and what they make of it. */
final class BeliefTest {
  private final Folding<Counts, Event> folding = new Folding<>(Counting.KIND, 1, 8);

  @Test
  void aDecisionCountsInItsTermAndInItsTurn() {
    var fold = fold(writer(1, "a"), counted("a", 1, "x", 2), counted("a", 2, "x", 3));

    assertThat(fold.state().of("x")).isEqualTo(5);
    assertThat(fold.n()).isEqualTo(2);
  }

  @Test
  void aGapEndsTheBeliefInATerm() {
    var fold = fold(writer(1, "a"), counted("a", 1, "x", 2), counted("a", 3, "x", 3));

    assertThat(fold.state().of("x")).isEqualTo(2);
    assertThat(fold.n()).isEqualTo(1);
  }

  @Test
  void aRecordThatLandsTwiceCountsOnce() {
    var fold = fold(writer(1, "a"), counted("a", 1, "x", 2), counted("a", 1, "x", 2));

    assertThat(fold.state().of("x")).isEqualTo(2);
  }

  @Test
  void aDecisionOfAnEarlierTermIsSkippedThoughItIsItsTurn() {
    var fold = fold(writer(1, "a"), writer(2, "b"), counted("a", 1, "x", 2));

    assertThat(fold.n()).isZero();
    assertThat(fold.state()).isEqualTo(Counts.NONE);
  }

  @Test
  void aWriterCountsOnlyAboveTheLastEpoch() {
    var fold = fold(writer(2, "b"), writer(1, "a"), writer(2, "c"), counted("b", 1, "x", 1));

    assertThat(fold.term()).isEqualTo("b");
    assertThat(fold.epoch()).isEqualTo(2);
    assertThat(fold.n()).isEqualTo(1);
  }

  @Test
  void nCountsOnOverTheTerms() {
    var fold =
        fold(
            writer(1, "a"),
            counted("a", 1, "x", 1),
            writer(2, "b"),
            counted("b", 1, "x", 1),
            counted("b", 2, "x", 1));

    assertThat(fold.n()).isEqualTo(2);
    assertThat(fold.state().of("x")).isEqualTo(2);
  }

  @Test
  void nothingCountsBeforeTheFirstWriter() {
    assertThat(fold(counted("", 1, "x", 1))).isEqualTo(Fold.empty(Counts.NONE));
  }

  @Test
  void aSkippedDecisionLeavesNoTraceNotEvenACommandPosition() {
    var skipped = Table.decided("old", 1, new Cause.OfCommand(7, null, 1, null, false), List.of());

    var fold = fold(writer(1, "a"), skipped);

    assertThat(fold.command()).isEqualTo(-1);
    assertThat(fold).isEqualTo(fold(writer(1, "a")));
  }

  @Test
  void anImpossibleEventFreezesWhatItIsAboutAndTheRestGoesOn() {
    var fold =
        fold(
            writer(1, "a"),
            counted("a", 1, "x", 1),
            counted("a", 2, "x", 13),
            counted("a", 3, "x", 5),
            counted("a", 4, "y", 5));

    assertThat(fold.state().of("x")).isEqualTo(1);
    assertThat(fold.state().frozen()).containsOnlyKeys("x");
    assertThat(fold.state().of("y")).isEqualTo(5);
    assertThat(fold.n()).isEqualTo(4);
  }

  @Test
  void whatIsNoRecordIsSkipped() {
    byte[] noise = "noise".getBytes(StandardCharsets.UTF_8);

    assertThat(folding.accept(fold(writer(1, "a")), noise)).isInstanceOf(Folded.Skipped.class);
  }

  @Test
  void aRecordThatCountsButCannotBeReadStopsTheReader() {
    var newer = Counting.kind(2, Counting.NEWER_EVENTS).eventCodec();
    var reset =
        Table.decided("a", 1, new Cause.OfTick("x", Table.NOON), List.of(new Event.Reset("x")));

    assertThat(folding.accept(fold(writer(1, "a")), newer.write(reset)))
        .isInstanceOf(Folded.Stopped.class);
    assertThat(folding.accept(fold(writer(1, "b")), newer.write(reset)))
        .isInstanceOf(Folded.Skipped.class);
  }

  @Test
  void anOlderReaderStopsAtANewerLanguage() {
    var newer = new WriterChanged<Event>(2, "b", "new", 2, 1);

    assertThat(folding.accept(fold(writer(1, "a")), newer)).isInstanceOf(Folded.Stopped.class);
  }

  @Test
  void anOlderWriterThatLandsBehindTheRaiseDoesNotLowerTheLanguage() {
    var newest = Counting.kind(2, Counting.NEWER_EVENTS);
    var reader = new Folding<>(newest, 1, 10);
    var fold = Fold.empty(newest.meaning().empty());
    for (int language : List.of(2, 1)) {
      long epoch = fold.epoch() + 1;
      var next = new WriterChanged<Event>(epoch, "t" + epoch, "i", language, 1);
      var folded = (Folded.Accepted<Counts, Event>) reader.accept(fold, next);
      fold = folded.after();
    }

    assertThat(fold.language()).isEqualTo(2);
  }

  @Test
  void aWriterThatCountsOtherPartitionsStopsTheReader() {
    var other = new WriterChanged<Event>(2, "b", "new", 1, 3);

    assertThat(folding.accept(fold(writer(1, "a")), other)).isInstanceOf(Folded.Stopped.class);
  }

  @SafeVarargs
  private Fold<Counts> fold(LedgerRecord<Event>... records) {
    var fold = Fold.empty(Counts.NONE);
    for (var record : records) {
      if (folding.accept(fold, record) instanceof Folded.Accepted<Counts, Event> accepted) {
        fold = accepted.after();
      }
    }
    return fold;
  }
}
