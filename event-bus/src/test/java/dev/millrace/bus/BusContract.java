package dev.millrace.bus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link Bus} does. An adapter's test implements the three methods on top. */
public interface BusContract {
  /** The bus under test; may be shared by all tests of a class. */
  Bus bus();

  /** A bus on the same topics that a test may close. */
  Bus anotherBus();

  /** Makes a topic of a name never used before and tells the name. */
  String newTopic(int partitions) throws Exception;

  /** The clock that stamps the appended records, for comparison. */
  default Instant now() {
    return Instant.now();
  }

  @Test
  default void aTopicTellsItsPartitions() throws Exception {
    assertThat(bus().partitions(newTopic(3))).isEqualTo(3);
  }

  @Test
  default void aBusThatIsThereAnswers() throws Exception {
    assertThat(succeeds(bus().contact())).isTrue();
  }

  @Test
  default void anUnknownTopicIsRefused() {
    var nowhere = new TopicPartition("no-such-topic", 0);

    assertThatExceptionOfType(BusException.class)
        .isThrownBy(() -> bus().partitions("no-such-topic"))
        .withMessageContaining("no-such-topic");
    assertFails(bus().extent(nowhere));
    try (var appender = bus().appender("unknown-topic")) {
      assertFails(appender.append(nowhere, null, bytes("x")));
    }
  }

  @Test
  default void aPartitionBeyondTheTopicIsRefused() throws Exception {
    var beyond = new TopicPartition(newTopic(2), 2);

    try (var appender = bus().appender("beyond")) {
      assertFails(appender.append(beyond, null, bytes("x")));
    }
    assertFails(bus().extent(beyond));
  }

  @Test
  default void aRecordKeepsKeyValueAndTheTimeItWasAppended() throws Exception {
    var partition = partition(newTopic(1));
    try (var appender = bus().appender("record");
        var follower = bus().follower("record")) {
      var appended = await(appender.append(partition, "käse", bytes("\0\n{}")));
      follower.assign(partition, 0);

      var record = read(follower, 1).getFirst();

      assertThat(record.source()).isEqualTo(partition);
      assertThat(record.offset()).isEqualTo(appended.offset());
      assertThat(record.key()).isEqualTo("käse");
      assertThat(record.value()).isEqualTo(bytes("\0\n{}"));
      assertThat(record.appendedAt()).isEqualTo(appended.at());
      assertThat(record.appendedAt()).isCloseTo(now(), within(30, ChronoUnit.SECONDS));
    }
  }

  @Test
  default void aRecordMayHaveNoKeyAndNoBytes() throws Exception {
    var partition = partition(newTopic(1));
    try (var appender = bus().appender("empty");
        var follower = bus().follower("empty")) {
      await(appender.append(partition, null, new byte[0]));
      follower.assign(partition, 0);

      var record = read(follower, 1).getFirst();

      assertThat(record.key()).isNull();
      assertThat(record.value()).isEmpty();
    }
  }

  @Test
  default void whatOneAppenderAppendsLandsInTheOrderOfItsCalls() throws Exception {
    var partition = partition(newTopic(1));
    try (var appender = bus().appender("order");
        var follower = bus().follower("order")) {
      var stages = appendAll(appender, partition, 2000);
      var offsets = new ArrayList<Long>();
      for (var stage : stages) {
        offsets.add(await(stage).offset());
      }
      follower.assign(partition, 0);

      var records = read(follower, 2000);

      assertThat(records).extracting(r -> text(r.value())).isEqualTo(numbers(2000));
      assertThat(records).extracting(LogRecord::offset).isEqualTo(offsets).isSorted();
    }
  }

  @Test
  default void oneAppenderAppendsToManyTopicsAtOnce() throws Exception {
    var topics = new ArrayList<String>();
    for (int i = 0; i < 4; i++) {
      topics.add(newTopic(2));
    }
    try (var appender = bus().appender("many-topics")) {
      var stages = new ArrayList<CompletionStage<Appended>>();
      for (int round = 0; round < 20; round++) {
        for (String topic : topics) {
          stages.add(appender.append(new TopicPartition(topic, round % 2), null, bytes("x")));
        }
      }
      for (var stage : stages) {
        await(stage);
      }
    }
  }

  @Test
  default void aFollowerReadsFromTheGivenOffsetOnAndTellsItsPosition() throws Exception {
    var partition = partition(newTopic(1));
    try (var appender = bus().appender("offset");
        var follower = bus().follower("offset")) {
      var third = awaitAll(appendAll(appender, partition, 5)).get(2).offset();
      follower.assign(partition, third);
      assertThat(follower.position(partition)).isEqualTo(third);

      var records = read(follower, 3);

      assertThat(records).extracting(r -> text(r.value())).containsExactly("2", "3", "4");
      assertThat(follower.position(partition)).isGreaterThan(records.getLast().offset());
      assertThat(follower.poll(Duration.ofMillis(50))).isEmpty();
    }
  }

  @Test
  default void assignedAgainAFollowerMoves() throws Exception {
    var partition = partition(newTopic(1));
    try (var appender = bus().appender("again");
        var follower = bus().follower("again")) {
      awaitAll(appendAll(appender, partition, 3));
      follower.assign(partition, 0);
      read(follower, 3);

      follower.assign(partition, 0);

      assertThat(read(follower, 3)).extracting(r -> text(r.value())).isEqualTo(numbers(3));
    }
  }

  @Test
  default void oneFollowerReadsSeveralPartitionsAndStopsWithThoseUnassigned() throws Exception {
    var topic = newTopic(3);
    var kept = new TopicPartition(topic, 0);
    var dropped = new TopicPartition(topic, 2);
    try (var appender = bus().appender("several");
        var follower = bus().follower("several")) {
      awaitAll(appendAll(appender, kept, 10));
      awaitAll(appendAll(appender, dropped, 10));
      follower.assign(kept, 0);
      follower.assign(dropped, 0);
      var records = read(follower, 20);
      for (var partition : List.of(kept, dropped)) {
        assertThat(records)
            .filteredOn(r -> r.source().equals(partition))
            .extracting(r -> text(r.value()))
            .isEqualTo(numbers(10));
      }

      follower.unassign(dropped);
      await(appender.append(dropped, null, bytes("unseen")));
      await(appender.append(kept, null, bytes("seen")));

      assertThat(read(follower, 1)).extracting(r -> text(r.value())).containsExactly("seen");
      assertThat(follower.poll(Duration.ofMillis(50))).isEmpty();
    }
  }

  @Test
  default void partitionsAssignedOneByOneWhileReadingLoseAndRepeatNothing() throws Exception {
    var topic = newTopic(4);
    try (var appender = bus().appender("growing");
        var follower = bus().follower("growing")) {
      var records = new ArrayList<LogRecord>();
      for (int p = 0; p < 4; p++) {
        awaitAll(appendAll(appender, new TopicPartition(topic, p), 50));
        follower.assign(new TopicPartition(topic, p), 0);
        records.addAll(follower.poll(Duration.ofMillis(20)));
      }
      records.addAll(read(follower, 200 - records.size()));

      for (int p = 0; p < 4; p++) {
        var partition = new TopicPartition(topic, p);
        assertThat(records)
            .filteredOn(r -> r.source().equals(partition))
            .extracting(r -> text(r.value()))
            .isEqualTo(numbers(50));
      }
    }
  }

  @Test
  default void aFollowerWithNothingAssignedSeesNothing() {
    try (var follower = bus().follower("idle")) {
      assertThat(follower.poll(Duration.ofMillis(20))).isEmpty();
    }
  }

  @Test
  default void aWaitingFollowerSeesARecordLongBeforeItsWaitIsOver() throws Exception {
    var partition = partition(newTopic(1));
    try (var appender = bus().appender("waiting");
        var follower = bus().follower("waiting");
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      follower.assign(partition, 0);
      var seen = threads.submit(() -> read(follower, 1, Duration.ofSeconds(60)));

      await(appender.append(partition, null, bytes("x")));

      assertThat(seen.get(20, TimeUnit.SECONDS)).hasSize(1);
    }
  }

  @Test
  default void aSteadyFollowerReadsWhatComesWhileItWaits() throws Exception {
    var partition = partition(newTopic(1));
    try (var follower = bus().steadyFollower("steady");
        var appender = bus().appender("steady");
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      follower.assign(partition, 0);
      assertThat(follower.poll(Duration.ofMillis(1))).isEmpty();
      var waiting = threads.submit(() -> follower.poll(Duration.ofSeconds(60)));
      await(appender.append(partition, null, bytes("x")));
      assertThat(waiting.get(20, TimeUnit.SECONDS)).hasSize(1);
    }
  }

  @Test
  default void wakeupEndsThePollThatWaitsOrElseTheNextOne() throws Exception {
    var partition = partition(newTopic(1));
    try (var follower = bus().follower("wakeup");
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      follower.assign(partition, 0);
      follower.wakeup();
      var next = threads.submit(() -> follower.poll(Duration.ofSeconds(60)));
      assertThat(next.get(20, TimeUnit.SECONDS)).isEmpty();

      var waiting = threads.submit(() -> follower.poll(Duration.ofSeconds(60)));
      follower.wakeup();
      assertThat(waiting.get(20, TimeUnit.SECONDS)).isEmpty();
    }
  }

  @Test
  default void theExtentGoesFromTheFirstRecordKeptToTheNextOneToCome() throws Exception {
    var partition = partition(newTopic(2));
    assertThat(await(bus().extent(partition))).isEqualTo(new Extent(0, 0));
    try (var appender = bus().appender("extent")) {
      var appended = awaitAll(appendAll(appender, partition, 3));
      long end = appended.getLast().offset() + 1;
      assertThat(await(bus().extent(partition))).isEqualTo(new Extent(0, end));

      await(bus().trim(partition, appended.get(2).offset()));

      assertThat(await(bus().extent(partition)))
          .isEqualTo(new Extent(appended.get(2).offset(), end));
    }
  }

  @Test
  default void whatIsTrimmedTwiceOrToBeforeItsStartStaysAsItIs() throws Exception {
    var partition = partition(newTopic(1));
    try (var appender = bus().appender("trim")) {
      var appended = awaitAll(appendAll(appender, partition, 4));
      long kept = appended.get(2).offset();
      await(bus().trim(partition, kept));
      await(bus().trim(partition, kept));
      await(bus().trim(partition, appended.getFirst().offset()));
      assertThat(await(bus().extent(partition)).start()).isEqualTo(kept);

      assertFails(bus().trim(partition, appended.getLast().offset() + 2));
      long end = appended.getLast().offset() + 1;
      await(bus().trim(partition, end));
      assertThat(await(bus().extent(partition))).isEqualTo(new Extent(end, end));
    }
  }

  @Test
  default void theFirstRecordSinceATimeIsTold() throws Exception {
    var partition = partition(newTopic(1));
    Instant hourAgo = now().minus(Duration.ofHours(1));
    assertThat(await(bus().firstSince(partition, hourAgo))).isZero();
    try (var appender = bus().appender("since")) {
      var first = await(appender.append(partition, null, bytes("1")));
      Appended later = first;
      while (!later.at().isAfter(first.at())) {
        later = await(appender.append(partition, null, bytes("2")));
      }

      assertThat(await(bus().firstSince(partition, hourAgo))).isEqualTo(first.offset());
      assertThat(await(bus().firstSince(partition, first.at()))).isEqualTo(first.offset());
      assertThat(await(bus().firstSince(partition, later.at()))).isEqualTo(later.offset());
      assertThat(await(bus().firstSince(partition, later.at().plus(Duration.ofHours(1)))))
          .isEqualTo(later.offset() + 1);
    }
  }

  @Test
  default void aFollowerAtTheEndWaitsThere() throws Exception {
    var partition = partition(newTopic(1));
    try (var appender = bus().appender("end");
        var follower = bus().follower("end")) {
      long end = awaitAll(appendAll(appender, partition, 3)).getLast().offset() + 1;
      follower.assign(partition, end);
      assertThat(follower.poll(Duration.ofMillis(50))).isEmpty();

      await(appender.append(partition, null, bytes("next")));

      assertThat(read(follower, 1)).extracting(r -> text(r.value())).containsExactly("next");
    }
  }

  @Test
  default void aPositionBehindTheEndIsToldAndNeverReset() throws Exception {
    var partition = partition(newTopic(1));
    try (var appender = bus().appender("behind");
        var follower = bus().follower("behind")) {
      awaitAll(appendAll(appender, partition, 3));

      follower.assign(partition, 17);

      assertOutOfRange(follower, partition, 17);
      assertOutOfRange(follower, partition, 17);
    }
  }

  @Test
  default void aPositionBeforeTheStartIsToldAndNeverReset() throws Exception {
    var partition = partition(newTopic(1));
    try (var appender = bus().appender("before");
        var follower = bus().follower("before")) {
      long kept = awaitAll(appendAll(appender, partition, 5)).get(3).offset();
      await(bus().trim(partition, kept));

      follower.assign(partition, 1);

      assertOutOfRange(follower, partition, 1);
      assertOutOfRange(follower, partition, 1);
      follower.assign(partition, kept);
      assertThat(read(follower, 2)).extracting(r -> text(r.value())).containsExactly("3", "4");
    }
  }

  @Test
  @SuppressWarnings("try") // closing is what is tested
  default void closingAnAppenderEndsEveryStageAndLeavesNoGapInWhatLanded() throws Exception {
    var partition = partition(newTopic(1));
    try (var appender = bus().appender("closing");
        var follower = bus().follower("closing")) {
      var stages = appendAll(appender, partition, 500);
      appender.close();
      appender.close();

      int acknowledged = 0;
      for (var stage : stages) {
        acknowledged += succeeds(stage) ? 1 : 0;
      }
      assertFails(appender.append(partition, null, bytes("late")));
      follower.assign(partition, 0);
      var landed = new ArrayList<String>();
      List<LogRecord> more = read(follower, acknowledged);
      while (!more.isEmpty()) {
        more.forEach(r -> landed.add(text(r.value())));
        more = follower.poll(Duration.ofMillis(100));
      }
      assertThat(landed).hasSizeGreaterThanOrEqualTo(acknowledged);
      assertThat(landed).isEqualTo(numbers(landed.size()));
    }
  }

  @Test
  @SuppressWarnings("try") // closing is what is tested
  default void closingOneAppenderLeavesOthersAlone() throws Exception {
    var partition = partition(newTopic(1));
    try (var one = bus().appender("one");
        var other = bus().appender("other")) {
      await(one.append(partition, null, bytes("1")));
      one.close();

      await(other.append(partition, null, bytes("2")));

      assertThat(await(bus().extent(partition)).end()).isEqualTo(2);
    }
  }

  @Test
  default void closingTheBusClosesItsAppendersAndFollowers() throws Exception {
    var partition = partition(newTopic(1));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var bus = anotherBus();
      var appender = bus.appender("closed");
      var idle = bus.follower("closed-idle");
      var follower = bus.follower("closed");
      follower.assign(partition, 0);
      var waiting =
          threads.submit(
              () -> {
                while (true) {
                  follower.poll(Duration.ofSeconds(60));
                }
              });

      bus.close();

      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(() -> waiting.get(20, TimeUnit.SECONDS))
          .withCauseInstanceOf(BusException.class);
      assertThatExceptionOfType(BusException.class)
          .isThrownBy(() -> idle.poll(Duration.ofMillis(1)));
      assertFails(appender.append(partition, null, bytes("x")));
      bus.close();
    }
  }

  // Helpers. They are here because JUnit finds inherited tests in interfaces only.

  private static TopicPartition partition(String topic) {
    return new TopicPartition(topic, 0);
  }

  private static List<CompletionStage<Appended>> appendAll(
      Appender appender, TopicPartition partition, int count) {
    return numbers(count).stream().map(n -> appender.append(partition, "k", bytes(n))).toList();
  }

  private static List<Appended> awaitAll(List<CompletionStage<Appended>> stages) throws Exception {
    var appended = new ArrayList<Appended>();
    for (var stage : stages) {
      appended.add(await(stage));
    }
    return appended;
  }

  private static <T> T await(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private static boolean succeeds(CompletionStage<?> stage) throws Exception {
    try {
      await(stage);
      return true;
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(BusException.class);
      return false;
    }
  }

  private static void assertFails(CompletionStage<?> stage) {
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(() -> await(stage))
        .withCauseInstanceOf(BusException.class);
  }

  private static void assertOutOfRange(Follower follower, TopicPartition partition, long offset) {
    assertThatExceptionOfType(OffsetOutOfRangeException.class)
        .isThrownBy(() -> read(follower, 1))
        .satisfies(e -> assertThat(e.partition()).isEqualTo(partition))
        .satisfies(e -> assertThat(e.offset()).isEqualTo(offset));
  }

  private static List<LogRecord> read(Follower follower, int count) throws TimeoutException {
    return read(follower, count, Duration.ofSeconds(20));
  }

  /** Exactly so many records, however many polls they take. */
  private static List<LogRecord> read(Follower follower, int count, Duration patience)
      throws TimeoutException {
    var deadline = Instant.now().plus(patience);
    var records = new ArrayList<LogRecord>();
    while (records.size() < count) {
      if (Instant.now().isAfter(deadline)) {
        throw new TimeoutException(records.size() + " of " + count + " records came");
      }
      records.addAll(follower.poll(patience));
    }
    assertThat(records).hasSize(count);
    return records;
  }

  private static List<String> numbers(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static String text(byte[] value) {
    return new String(value, UTF_8);
  }
}
