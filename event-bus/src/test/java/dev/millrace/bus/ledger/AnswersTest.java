package dev.millrace.bus.ledger;

import static dev.millrace.bus.ledger.Table.wish;
import static dev.millrace.bus.ledger.Table.writer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.bus.ledger.CommandGate.UnansweredException;
import dev.millrace.bus.ledger.Counting.Wish;
import dev.millrace.events.Actor;
import dev.millrace.events.Command;
import dev.millrace.events.CommandId;
import dev.millrace.events.LedgerRecord.Cause;
import dev.millrace.events.Outcome;
import dev.millrace.events.Outcome.Code;
import dev.millrace.events.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rules 7 to 10: answers, effects, repeats, poison. */
final class AnswersTest {
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private final Table table = new Table();

  // Rule 7

  @Test
  void theAnswerIsTheDecisionOnceItIsFolded() {
    var one = table.running("one");

    var answer = one.submit(wish("c1", "x", 1), PATIENCE).toCompletableFuture();
    assertThat(answer).isNotDone();
    table.steps(one);

    assertThat(answer.join())
        .isEqualTo(new Answer(new CommandId("c1"), new Outcome.Accepted("x"), 0, 1));
    assertThat(one.answerOf(new CommandId("c1"))).contains(answer.join());
  }

  @Test
  void aKnownIdIsAnsweredWithoutANewRecord() {
    var one = table.running("one");
    one.submit(wish("c1", "x", 1), PATIENCE);
    table.steps(one);

    var again = one.submit(wish("c1", "x", 1), PATIENCE).toCompletableFuture();
    table.steps(one);

    assertThat(again.join().n()).isEqualTo(1);
    assertThat(table.texts(Table.COMMANDS)).hasSize(1);
  }

  @Test
  void whoeverWaitsInVainIsToldThatNobodyKnows() {
    table.failing = Table.LEDGER.topic();
    var one = table.running("one");
    var answer = one.submit(wish("c1", "x", 1), PATIENCE).toCompletableFuture();
    table.steps(one);

    table.later(PATIENCE);
    table.steps(one);

    assertThat(answer).isCompletedExceptionally();
    assertThat(answer.exceptionNow()).isInstanceOf(UnansweredException.class);
  }

  @Test
  void tooManyWhoWaitAreToldToTryLater() {
    var d = LedgerSettings.DEFAULT;
    table.settings =
        new LedgerSettings(
            d.remembered(),
            d.unread(),
            d.commands(),
            1,
            d.commandBytes(),
            d.decisionBytes(),
            d.patience(),
            d.backOff(),
            d.future(),
            d.triers(),
            d.language());
    var one = table.running("one");
    one.submit(wish("c1", "x", 1), PATIENCE);

    var refused = one.submit(wish("c2", "x", 1), PATIENCE).toCompletableFuture();

    assertThat(code(refused.join().outcome())).isEqualTo(Code.TRY_LATER);
    table.steps(one);
    var admitted = one.submit(wish("c3", "x", 1), PATIENCE).toCompletableFuture();
    table.steps(one);
    assertThat(admitted.join().outcome()).isEqualTo(new Outcome.Accepted("x"));
  }

  @Test
  void fewWaitForAPartitionThatStandsStill() {
    var one = table.running("one");
    table.failing = Table.LEDGER.topic();
    for (int i = 0; i < 100; i++) {
      one.submit(wish("a" + i, "x", 1), Duration.ofSeconds(30));
    }
    table.steps(one);
    var early = one.submit(wish("b", "x", 1), Duration.ofSeconds(30)).toCompletableFuture();
    table.steps(one);
    assertThat(early).isNotDone();

    table.later(Duration.ofSeconds(1));
    var refused = one.submit(wish("c", "x", 1), PATIENCE).toCompletableFuture();
    table.steps(one);
    assertThat(refused).isDone();
    assertThat(code(refused.join().outcome())).isEqualTo(Code.TRY_LATER);
    assertThat(table.texts(Table.COMMANDS)).hasSize(101);

    table.later(Duration.ofSeconds(30));
    table.steps(one);
    assertThat(early).isCompletedExceptionally();
    var admitted = one.submit(wish("d", "x", 1), PATIENCE).toCompletableFuture();
    table.steps(one);
    assertThat(admitted).isNotDone();
    assertThat(table.texts(Table.COMMANDS)).hasSize(102);
  }

  @Test
  void onlyCommandsThatAreWaitedForCanBeWaitedFor() {
    var one = table.running("one");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> one.submit(unwaited("c1", "x", Table.NOON), PATIENCE));
  }

  // Rule 8

  @Test
  void effectsAreToldAndToldAgainByTheNextWriter() {
    table.publish(wish("c1", "x", 1));
    table.running("one").close();
    assertThat(table.texts(Table.EFFECTS)).containsExactly("x@1");

    table.running("two");

    assertThat(table.texts(Table.EFFECTS)).containsExactly("x@1", "x@1");
  }

  @Test
  void anEffectThatCouldNotBeToldIsToldLater() {
    table.failing = Topics.ASSIGNMENTS.name();
    table.publish(wish("c1", "x", 1));
    table.publish(wish("c2", "y", 1));
    var one = table.running("one");
    assertThat(table.texts(Table.EFFECTS)).isEmpty();

    table.failing = "";
    table.later(Duration.ofSeconds(1));
    table.steps(one);

    assertThat(table.texts(Table.EFFECTS)).containsExactly("x@1", "y@2");
  }

  @Test
  void whatIsOnlyDecidedAndNotFoldedHasNoEffect() {
    var one = table.running("one");
    table.failing = Table.LEDGER.topic();
    table.publish(wish("c1", "x", 1));

    table.steps(one);

    assertThat(table.texts(Table.EFFECTS)).isEmpty();
  }

  // Rule 9

  @Test
  void aRepeatGetsTheSameAnswerAndChangesNothing() {
    table.publish(wish("c1", "x", 1));
    table.publish(wish("c1", "x", 1));

    var one = table.running("one");

    assertThat(one.state(0).of("x")).isEqualTo(1);
    assertThat(table.decisions())
        .extracting(d -> d.outcome())
        .containsExactly(new Outcome.Accepted("x"), new Outcome.Accepted("x"));
  }

  @Test
  void whatCreatesIsRememberedThoughNobodyWaits() {
    table.publish(unwaited("c1", "new", Table.NOON));
    table.publish(unwaited("c1", "new", Table.NOON));

    assertThat(table.running("one").state(0).of("new")).isEqualTo(1);
  }

  @Test
  void whatWasForgottenIsExpiredNotDecidedAgain() {
    remember(2);
    for (int i = 0; i < 4; i++) {
      table.publish(wish("c" + i, "x", 1, Table.NOON.plusSeconds(i)));
    }
    table.publish(wish("c0", "x", 1, Table.NOON));

    var one = table.running("one");

    assertThat(one.state(0).of("x")).isEqualTo(4);
    assertThat(code(table.lastDecision().outcome())).isEqualTo(Code.EXPIRED);
    assertThat(one.checkpoint(0).fold().memory().floor()).isEqualTo(Table.NOON.plusSeconds(1));
  }

  @Test
  void oldCommandsThatNeedNoMemoryAreNotExpired() {
    remember(1);
    table.publish(wish("c1", "x", 1, Table.NOON.plusSeconds(1)));
    table.publish(wish("c2", "x", 1, Table.NOON.plusSeconds(2)));
    table.publish(unwaited("c3", "x", Table.NOON));

    assertThat(table.running("one").state(0).of("x")).isEqualTo(3);
  }

  @Test
  void whatIsMadeTooFarAheadIsRejectedAndNotRemembered() {
    table.publish(wish("c1", "x", 1, Table.NOON.plusSeconds(301)));

    var one = table.running("one");

    assertThat(code(table.lastDecision().outcome())).isEqualTo(Code.FROM_THE_FUTURE);
    assertThat(one.answerOf(new CommandId("c1"))).isEmpty();
  }

  // Rule 10

  @Test
  void theUnreadableIsRejectedAndToldAsADeadLetter() {
    table.put(Table.COMMANDS, "noise".getBytes(StandardCharsets.UTF_8));

    table.running("one");

    assertThat(code(table.lastDecision().outcome())).isEqualTo(Code.UNREADABLE);
    assertThat(table.texts(Table.DEAD)).hasSize(1);
    assertThat(table.texts(Table.DEAD).getFirst()).contains("\"n\":1", "unreadable");
  }

  @Test
  void afterATermWithoutProgressTheWriterSaysWhatItIsAboutToTry() {
    table.given(writer(1, "a"));
    table.publish(wish("c1", "x", 1));

    table.running("one");

    assertThat(table.decisions())
        .extracting(d -> d.cause().getClass().getSimpleName())
        .containsExactly("Trying", "OfCommand");
  }

  @Test
  void whatThreeInstancesTriedInVainIsUndecidable() {
    long offset = table.publish(wish("c1", "x", 1));
    tried(offset, "i1", "i2", "i3");

    var one = table.running("one");

    assertThat(code(table.lastDecision().outcome())).isEqualTo(Code.UNDECIDABLE);
    assertThat(one.state(0).of("x")).isZero();
    assertThat(table.texts(Table.DEAD)).hasSize(1);
  }

  @Test
  void whatTwoInstancesTriedIsTriedOnceMore() {
    long offset = table.publish(wish("c1", "x", 1));
    tried(offset, "i1", "i2", "i2");

    assertThat(table.running("one").state(0).of("x")).isEqualTo(1);
  }

  @Test
  void aRepeatOfWhatIsKnownIsNeverUndecidable() {
    table.publish(wish("c1", "x", 1));
    table.running("zero").close();
    long offset = table.publish(wish("c1", "x", 1));
    table.given(writer(50, "b"));
    long n = table.lastDecision().n();
    for (String instance : List.of("i1", "i2", "i3")) {
      table.given(Table.decided("b", ++n, new Cause.Trying(offset, instance), List.of()));
    }
    table.given(writer(51, "c"));
    table.epoch = 51;

    table.running("one");

    assertThat(table.lastDecision().outcome()).isEqualTo(new Outcome.Accepted("x"));
  }

  private void tried(long offset, String... instances) {
    int n = 0;
    for (String instance : instances) {
      n++;
      table.given(writer(n, "t" + n));
      table.given(Table.decided("t" + n, n, new Cause.Trying(offset, instance), List.of()));
    }
  }

  private void remember(int capacity) {
    var d = LedgerSettings.DEFAULT;
    table.settings =
        new LedgerSettings(
            capacity,
            d.unread(),
            d.commands(),
            d.waiting(),
            d.commandBytes(),
            d.decisionBytes(),
            d.patience(),
            d.backOff(),
            d.future(),
            d.triers(),
            d.language());
  }

  private static Command<Wish> unwaited(String id, String what, Instant made) {
    return new Command<>(
        new CommandId(id), made, Actor.system("test"), false, null, new Wish.Count(what, 1, ""));
  }

  private static Code code(Outcome outcome) {
    return ((Outcome.Rejected) outcome).code();
  }
}
