package dev.millrace.datamanager.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.bus.Appended;
import dev.millrace.bus.Appender;
import dev.millrace.bus.Bus;
import dev.millrace.bus.Extent;
import dev.millrace.bus.Follower;
import dev.millrace.bus.ForwardingBus;
import dev.millrace.bus.LogRecord;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.Starts;
import dev.millrace.bus.memory.MemoryBus;
import dev.millrace.bus.memory.MemoryCoordination;
import dev.millrace.datamanager.DataManagerByHand;
import dev.millrace.datamanager.MemoryInstallation;
import dev.millrace.datamanager.Retention;
import dev.millrace.datamanager.recovery.Losses.Loss;
import dev.millrace.datamanager.runs.RunLedger;
import dev.millrace.events.RunId;
import dev.millrace.events.Topics;
import dev.millrace.events.run.Run;
import dev.millrace.storage.objects.DyingStore;
import dev.millrace.storage.objects.DyingStore.Died;
import dev.millrace.storage.objects.ObjectStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is gone on with when topics have lost records. */
final class RecoveryTest {
  private static final int PARTITIONS = 4;
  private static final int SKIPPED = 10;
  @AutoClose private final MemoryInstallation here = new MemoryInstallation(PARTITIONS);
  private final MemoryCoordination epochs = new MemoryCoordination(true);
  private final Map<RunId, Run> everArchived = new HashMap<>();
  private MemoryBus bus = here.bus;
  private RunLedger ledger = new RunLedger(bus);
  @TempDir Path scratch;

  RecoveryTest() {
    here.runs = 1;
    here.age = Duration.ZERO;
    here.retention = Retention.ofEvents(Duration.ofDays(99));
  }

  /** The datamanager does all that it is asked to, then dies. */
  private void archive(boolean checkpoint) throws Exception {
    try (var manager = new DataManagerByHand(here.config(scratch), here.ports(bus, here.objects))) {
      if (checkpoint) {
        manager.checkpointNow();
      } else {
        for (int i = 0; i < 20; i++) {
          manager.step();
        }
      }
    }
    here.later(Duration.ofMinutes(1));
    everArchived.putAll(here.archived());
  }

  private Recovery recovery(Bus through, ObjectStore store) {
    return new Recovery(
        new Recovery.Ports(
            through,
            store,
            here.coordination,
            epochs,
            "recovery",
            here.timing(),
            here::id,
            scratch));
  }

  private Losses losses() {
    return recovery(bus, here.objects).examine();
  }

  private void recover() {
    recovery(bus, here.objects).goOn(losses(), "as a test wants it", SKIPPED);
  }

  /** Goes on as the next writer does, and archives what ends. */
  private void goOn() throws Exception {
    Losses now = losses();
    assertThat(now.all()).as("nothing is lost any more").isEmpty();
    ledger = new RunLedger(bus, p -> now.runs().get(p).at(), 1_000);
    ledger.runsEnd(2 * PARTITIONS);
    archive(false);
    assertThat(here.archived())
        .containsAllEntriesOf(everArchived)
        .containsAllEntriesOf(ledger.ended);
  }

  private void loseAll() {
    bus = new MemoryBus(here.emptyTopics(PARTITIONS));
  }

  /** The same topics, but so many of the last records of one are gone. */
  private void cut(String topic, int partition, long end) {
    var from = bus;
    loseAll();
    for (var each : Topics.all()) {
      for (int p = 0; p < PARTITIONS; p++) {
        var partitionOf = new TopicPartition(each.name(), p);
        boolean cut = each.name().equals(topic) && p == partition;
        copy(from, partitionOf, cut ? end : extent(from, partitionOf).end());
      }
    }
  }

  private void copy(Bus from, TopicPartition partition, long end) {
    try (Follower follower = from.follower("copy");
        Appender appender = bus.appender("copy")) {
      follower.assign(partition, 0);
      while (follower.position(partition) < extent(from, partition).end()) {
        for (LogRecord record : follower.poll(Duration.ZERO)) {
          if (record.offset() < end) {
            appender.append(partition, record.key(), record.value());
          }
        }
      }
    }
  }

  private static Extent extent(Bus of, TopicPartition partition) {
    return of.extent(partition).toCompletableFuture().join();
  }

  private static TopicPartition events(int partition) {
    return new TopicPartition(Topics.RUN_EVENTS.name(), partition);
  }

  private static TopicPartition commands(int partition) {
    return new TopicPartition(Topics.RUN_COMMANDS.name(), partition);
  }

  @Test
  void nothingIsLostOfTopicsThatAreWhole() throws Exception {
    ledger.runsEnd(PARTITIONS);
    archive(true);
    ledger.runsEnd(PARTITIONS);

    assertThat(losses().all()).isEmpty();
  }

  @Test
  void whereAllTopicsAreGoneTheCheckpointBeginsNewLogs() throws Exception {
    ledger.runsEnd(2 * PARTITIONS);
    RunId waits = ledger.create();
    archive(true);
    long before = ledger.end(0);
    ledger.runsEnd(PARTITIONS);
    loseAll();

    Losses losses = losses();
    assertThat(losses.all()).hasSize(2 * PARTITIONS);
    assertThat(losses.all().getFirst())
        .extracting(Loss::partition, Loss::why)
        .containsExactly(
            commands(0),
            "the command %d was decided last, and there are none now".formatted(before - 2));
    assertThat(losses.all().get(PARTITIONS))
        .extracting(Loss::partition, Loss::why)
        .containsExactly(
            events(0),
            "it was read up to record %d before, and is empty now: records are lost"
                .formatted(before - 1));
    assertThat(losses.all().get(PARTITIONS).consequence()).contains("when 1 runs had not ended");
    recover();

    assertThat(here.checkpoints().store().notes())
        .singleElement()
        .satisfies(note -> assertThat(note.text()).isEqualTo("as a test wants it"));
    var newest = here.checkpoints().newest(Ledgers.RUNS).start(ledger.partition(waits));
    assertThat(newest.fold().state().run(waits)).isNotNull();
    assertThat(newest.fold().state().root(waits.root()).lastNumber())
        .isEqualTo(waits.number() + SKIPPED);
    assertThat(extent(bus, events(0)).start()).as("no offset comes twice").isEqualTo(before);
    goOn();
  }

  @Test
  void runsThatWereArchivedAfterTheCheckpointHaveEndedAndKeepTheirNumbers() throws Exception {
    ledger.runsEnd(PARTITIONS);
    RunId ends = ledger.create();
    archive(true);
    ledger.cancel(ends);
    ledger.runsEnd(PARTITIONS);
    archive(false);
    loseAll();

    recover();

    var state =
        here.checkpoints().newest(Ledgers.RUNS).start(ledger.partition(ends)).fold().state();
    assertThat(state.run(ends)).isNull();
    assertThat(state.active()).isEmpty();
    assertThat(here.archived().keySet())
        .allSatisfy(
            run ->
                assertThat(run.number() + SKIPPED)
                    .isLessThanOrEqualTo(
                        here.checkpoints()
                            .newest(Ledgers.RUNS)
                            .start(ledger.partition(run))
                            .fold()
                            .state()
                            .root(run.root())
                            .lastNumber()));
    goOn();
  }

  @Test
  void aLedgerThatIsCutBelowItsCheckpointGoesOnFromThatAndTheOthersFromTheirEnds()
      throws Exception {
    ledger.runsEnd(2 * PARTITIONS);
    archive(true);
    ledger.runsEnd(2 * PARTITIONS);
    cut(Topics.RUN_EVENTS.name(), 1, 3);

    assertThat(losses().all())
        .singleElement()
        .satisfies(
            loss ->
                assertThat(loss.toString())
                    .startsWith(
                        "run-events-1: it was read up to record 4 before, and has only those"
                            + " from 0 to 2 now: records are lost"));
    recover();
    var others = here.checkpoints().newest(Ledgers.RUNS);
    assertThat(others.start(0).offset()).isEqualTo(4);
    goOn();
  }

  @Test
  void aLedgerThatIsCutByItsLastRecordAloneIsSeen() throws Exception {
    ledger.runsEnd(PARTITIONS);
    archive(true);
    cut(Topics.RUN_EVENTS.name(), 2, ledger.end(2) - 1);

    assertThat(losses().all()).extracting(Loss::partition).containsExactly(events(2));
    recover();
    goOn();
  }

  @Test
  void aTopicThatWasMadeAnewIsSeenThoughItIsLongerThanBefore() throws Exception {
    ledger.runsEnd(PARTITIONS);
    archive(true);
    loseAll();
    var other = new RunLedger(bus, Starts.first(Ledgers.RUNS), 2);
    other.runsEnd(5 * PARTITIONS);

    assertThat(losses().all())
        .filteredOn(loss -> loss.partition().equals(events(3)))
        .singleElement()
        .satisfies(
            loss -> assertThat(loss.why()).startsWith("another record is where the last one"));
    recover();
    goOn();
  }

  @Test
  void commandsThatAreGoneAloneLeaveTheLedgerAsItIs() throws Exception {
    ledger.runsEnd(PARTITIONS);
    archive(true);
    ledger.runsEnd(PARTITIONS);
    RunId waits = ledger.create();
    cut(Topics.RUN_COMMANDS.name(), 0, 0);
    long end = extent(bus, events(0)).end();

    assertThat(losses().all()).extracting(Loss::partition).containsExactly(commands(0));
    recover();

    assertThat(extent(bus, events(0))).isEqualTo(new Extent(0, end + 3));
    assertThat(losses().runs().get(0).at().fold().state().run(waits)).isNotNull();
    assertThat(losses().all()).isEmpty();
    assertThat(here.checkpoints().store().notes()).hasSize(1);
  }

  @Test
  void whatIsArchivedAheadOfALedgerThatWasCutBehindItsCheckpointIsSeen() throws Exception {
    ledger.runsEnd(PARTITIONS);
    archive(true);
    long checkpoint = ledger.end(0);
    ledger.runsEnd(PARTITIONS);
    archive(false);
    cut(Topics.RUN_EVENTS.name(), 0, checkpoint);
    cut(Topics.RUN_COMMANDS.name(), 0, 0);

    assertThat(losses().all())
        .filteredOn(loss -> loss.partition().equals(events(0)))
        .singleElement()
        .satisfies(loss -> assertThat(loss.why()).contains("is archived up to record"));
    recover();
    goOn();
  }

  @Test
  void aDeathBetweenAnyTwoStepsLeavesWhatCanBeDoneAgain() throws Exception {
    ledger.runsEnd(2 * PARTITIONS);
    RunId waits = ledger.create();
    archive(true);
    ledger.runsEnd(PARTITIONS);
    archive(false);
    loseAll();
    int deaths = 0;
    for (int changes = 0; ; changes++) {
      var dying = new DyingBus(bus, changes);
      try {
        Recovery dies = recovery(dying, here.objects);
        dies.goOn(dies.examine(), "again", SKIPPED);
        break;
      } catch (Died _) {
        deaths++;
      }
    }
    assertThat(deaths).isGreaterThan(20);
    goOn();
    assertThat(ledger.state(ledger.partition(waits)).run(waits)).isNotNull();
  }

  @Test
  void aDeathBetweenAnyTwoWritesToTheObjectStorageLeavesWhatCanBeDoneAgain() throws Exception {
    ledger.runsEnd(2 * PARTITIONS);
    archive(true);
    loseAll();
    int deaths = 0;
    for (int changes = 0; changes < 5; changes++) {
      for (boolean made : new boolean[] {false, true}) {
        var store = new DyingStore(here.objects);
        Recovery dies = recovery(bus, store);
        Losses losses = dies.examine();
        store.dieAfter(changes, made);
        try {
          dies.goOn(losses, "again", SKIPPED);
        } catch (Died _) {
          deaths++;
        }
      }
    }
    assertThat(deaths).isGreaterThan(3);
    goOn();
  }

  @Test
  void aTopicOfAnotherNumberOfPartitionsIsRefused() throws Exception {
    ledger.runsEnd(PARTITIONS);
    archive(true);
    bus = new MemoryBus(here.emptyTopics(PARTITIONS + 1));

    assertThatThrownBy(this::losses)
        .isInstanceOf(RecoveryException.class)
        .hasMessageContaining("has 5 partitions, and had 4");
  }

  /** Its process dies after so many changes. */
  private static final class DyingBus extends ForwardingBus {
    private int left;

    DyingBus(Bus bus, int changes) {
      super(bus);
      this.left = changes;
    }

    private void change() {
      if (left-- <= 0) {
        throw new Died();
      }
    }

    @Override
    protected Appender around(Appender appender) {
      return new Appender() {
        @Override
        public CompletionStage<Appended> append(
            TopicPartition partition, @Nullable String key, byte[] value) {
          change();
          return appender.append(partition, key, value);
        }

        @Override
        public void close() {
          appender.close();
        }
      };
    }

    @Override
    public CompletionStage<Void> trim(TopicPartition partition, long before) {
      change();
      return super.trim(partition, before);
    }
  }
}
