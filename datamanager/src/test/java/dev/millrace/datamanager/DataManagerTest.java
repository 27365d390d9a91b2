package dev.millrace.datamanager;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.bus.BusException;
import dev.millrace.bus.Extent;
import dev.millrace.bus.Follower;
import dev.millrace.bus.ForwardingBus;
import dev.millrace.bus.ForwardingFollower;
import dev.millrace.bus.LogRecord;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Checkpoint;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.bus.memory.MemoryBus;
import dev.millrace.bus.memory.MemoryTopics;
import dev.millrace.bus.memory.ThrowingFaults;
import dev.millrace.datamanager.checkpoints.LedgerCheckpoints;
import dev.millrace.datamanager.logs.LogArchive;
import dev.millrace.datamanager.logs.StepKey;
import dev.millrace.datamanager.runs.RunArchive;
import dev.millrace.datamanager.runs.RunLedger;
import dev.millrace.events.Partitions;
import dev.millrace.events.RunId;
import dev.millrace.events.Topics;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.LogChunk;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.Runs;
import dev.millrace.storage.checkpoints.Kept;
import dev.millrace.storage.coordination.MemoryCoordinationStore;
import dev.millrace.storage.entries.EntryFileInfo;
import dev.millrace.storage.objects.Durability;
import dev.millrace.storage.objects.DyingStore;
import dev.millrace.storage.objects.DyingStore.Died;
import dev.millrace.storage.objects.ForwardingStore;
import dev.millrace.storage.objects.MemoryObjectStore;
import dev.millrace.storage.objects.ObjectInfo;
import dev.millrace.storage.objects.ObjectStore;
import dev.millrace.storage.objects.ObjectStoreException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataManagerTest {
  private static final int PARTITIONS = 4;
  private static final int MANY = 10;
  private static final Duration RETENTION = Duration.ofHours(1);
  private static final Duration AGE = Duration.ofMinutes(1);
  private static final long LOG_BYTES = 1 << 20;
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger ids = new AtomicInteger();
  private final AtomicInteger read = new AtomicInteger();
  private final MemoryTopics topics = new MemoryTopics(this::now);
  private final MemoryBus bus;
  private final MemoryObjectStore objects = new MemoryObjectStore(this::now);
  private final MemoryCoordinationStore coordination = new MemoryCoordinationStore(nanos::get);
  private final RunLedger ledger;
  private Duration checkpointEvery = Duration.ofDays(1_000);
  private Duration dumpEvery = Duration.ofDays(1_000);
  @TempDir Path scratch;

  DataManagerTest() {
    Topics.all().forEach(topic -> topics.create(topic.name(), PARTITIONS));
    bus = new MemoryBus(topics);
    ledger = new RunLedger(bus);
  }

  @AfterEach
  void close() {
    bus.close();
  }

  private @Nullable Duration runRetention;

  private DataManager manager() {
    return manager(objects);
  }

  private DataManager manager(ObjectStore store) {
    var timing = new Timing(this::now, nanos::get);
    return new DataManager(
        new DataManagerVerticle.Config(
            "i" + ids.incrementAndGet(),
            scratch,
            MANY,
            AGE,
            LOG_BYTES,
            checkpointEvery,
            dumpEvery,
            new Retention(RETENTION, runRetention, null)),
        new DataManagerVerticle.Ports(
            bus, store, coordination, timing, this::id, new ThrowingFaults()),
        new Counted());
  }

  /** Counts the records of the ledger that are read. */
  private final class Counted extends ForwardingBus {
    Counted() {
      super(bus);
    }

    @Override
    protected Follower around(Follower follower) {
      return new ForwardingFollower(follower) {
        @Override
        public List<LogRecord> poll(Duration timeout) {
          List<LogRecord> records = super.poll(timeout);
          read.addAndGet(records.size());
          return records;
        }
      };
    }
  }

  private Instant now() {
    return Instant.ofEpochSecond(0, nanos.get());
  }

  private String id() {
    return "o" + ids.incrementAndGet();
  }

  /** Until it has read all and done what is due. */
  private static void steps(DataManager manager) {
    for (int i = 0; i < 20; i++) {
      manager.step(Duration.ZERO);
      manager.logs().step(Duration.ZERO);
    }
  }

  private void later(Duration by) {
    nanos.addAndGet(by.toNanos());
  }

  private Map<RunId, Run> archived() {
    try (Stream<Run> all =
        RunArchive.open(objects, coordination, this::id)
            .all(
                why -> {
                  throw why;
                })
            .runs()) {
      return all.collect(Collectors.toMap(Run::id, run -> run));
    }
  }

  private int objects() {
    try (Stream<ObjectInfo> all = objects.list("", "")) {
      return (int) all.count();
    }
  }

  @Test
  void fewRunsAreArchivedOnceTheFirstOfThemHasWaited() {
    try (var manager = manager()) {
      ledger.runsEnd(MANY - 1);
      ledger.create();
      steps(manager);
      later(AGE.minusSeconds(1));
      steps(manager);
      assertThat(archived()).isEmpty();

      later(Duration.ofSeconds(1));
      steps(manager);

      assertThat(archived()).isEqualTo(ledger.ended).hasSize(MANY - 1);
    }
  }

  @Test
  void manyRunsAreArchivedAtOnceWithOneFileAndOneGeneration() {
    try (var manager = manager()) {
      ledger.runsEnd(MANY);
      steps(manager);

      assertThat(archived()).isEqualTo(ledger.ended).hasSize(MANY);
      assertThat(objects()).isEqualTo(2);
    }
  }

  @Test
  void whatIsArchivedIsTheRunAsItWasAtItsEndAndCanBeFoundById() {
    try (var manager = manager()) {
      ledger.runsEnd(MANY);
      RunId waits = ledger.create();
      steps(manager);
      RunArchive archive = RunArchive.open(objects, coordination, this::id);

      ledger.ended.forEach((id, run) -> assertThat(archive.find(id)).contains(run));
      assertThat(archive.find(waits)).isEmpty();
      assertThat(archive.position(0)).isPositive();
    }
  }

  @Test
  void whoStartsAgainArchivesOnlyWhatIsNew() {
    try (var manager = manager()) {
      ledger.runsEnd(MANY);
      steps(manager);
    }
    try (var manager = manager()) {
      steps(manager);
      later(AGE);
      steps(manager);
      assertThat(objects()).isEqualTo(2);

      ledger.runsEnd(3);
      steps(manager);
      later(AGE);
      steps(manager);

      assertThat(archived()).isEqualTo(ledger.ended).hasSize(MANY + 3);
      assertThat(objects()).isEqualTo(4);
    }
  }

  @Test
  void aRunThatIsDeletedIsNotInTheArchiveWhetherItWasThereOrNot() {
    try (var manager = manager()) {
      ledger.runsEnd(MANY);
      steps(manager);
      RunId archived = ledger.anyEnded();
      ledger.runsEnd(1);
      RunId waiting = List.copyOf(ledger.ended.keySet()).getLast();
      ledger.delete(archived);
      ledger.delete(waiting);
      steps(manager);
      later(AGE);
      steps(manager);

      assertThat(archived()).isEqualTo(ledger.ended).hasSize(MANY - 1);
      RunArchive archive = RunArchive.open(objects, coordination, this::id);
      assertThat(archive.find(archived)).isEmpty();
      assertThat(archive.find(waiting)).isEmpty();
    }
    try (var manager = manager()) {
      later(Duration.ofDays(2));
      steps(manager);
      assertThat(entries()).as("in files").isEqualTo(MANY - 1);
      assertThat(archived()).isEqualTo(ledger.ended);
    }
  }

  @Test
  void aRunIsKeptForItsTimeAfterItsEnd() {
    runRetention = Duration.ofDays(30);
    try (var manager = manager()) {
      ledger.runsEnd(MANY); // all at the beginning of time
      steps(manager);
      later(Duration.ofDays(29));
      steps(manager);
      assertThat(archived()).hasSize(MANY);

      later(Duration.ofDays(2));
      steps(manager);

      assertThat(archived()).isEmpty();
      assertThat(entries()).isZero();
    }
  }

  private long entries() {
    return RunArchive.open(objects, coordination, this::id).archive().files().stream()
        .mapToLong(EntryFileInfo::entries)
        .sum();
  }

  @Test
  void aDeathBetweenAnyTwoWritesLosesNothing() {
    int deaths = 0;
    for (int changes = 0; changes < 6; changes++) {
      for (boolean made : new boolean[] {false, true}) {
        ledger.runsEnd(MANY);
        var store = new DyingStore(objects);
        var manager = manager(store);
        store.dieAfter(changes, made);
        try {
          steps(manager);
          ledger.runsEnd(MANY);
          steps(manager);
        } catch (Died _) {
          deaths++;
        }
        later(Duration.ofMinutes(1)); // its lease lapses
      }
    }
    try (var manager = manager()) {
      steps(manager);
      later(AGE);
      steps(manager);
    }

    assertThat(deaths).isGreaterThanOrEqualTo(8);
    assertThat(archived()).isEqualTo(ledger.ended);
  }

  @Test
  void ofTwoOneArchivesAndTheOtherTakesOver() {
    try (var first = manager();
        var second = manager()) {
      for (int round = 0; round < 5; round++) {
        ledger.runsEnd(MANY);
        steps(first);
        steps(second);
        later(Duration.ofSeconds(6));
      }
      assertThat(archived()).isEqualTo(ledger.ended).hasSize(5 * MANY);
      int before = objects();
      steps(second);
      assertThat(objects()).isEqualTo(before);

      later(Duration.ofMinutes(1)); // the first is away
      ledger.runsEnd(MANY);
      steps(second);
      later(AGE);
      steps(second);

      assertThat(archived()).isEqualTo(ledger.ended).hasSize(6 * MANY);
    }
  }

  @Test
  void aStoreThatIsAwayForAWhileGetsEverythingWhenItIsBack() {
    var store = new Away(objects);
    try (var manager = manager(store)) {
      store.away = true;
      ledger.runsEnd(MANY);
      steps(manager);
      ledger.runsEnd(2 * MANY);
      steps(manager);
      assertThat(archived()).isEmpty();
      assertThat(store.tries).isEqualTo(1);

      store.away = false;
      later(Duration.ofSeconds(5));
      steps(manager);

      assertThat(archived()).isEqualTo(ledger.ended).hasSize(3 * MANY);
    }
  }

  @Test
  void mergedFilesGoAfterAWhile() {
    try (var manager = manager()) {
      for (int i = 0; i < 40; i++) {
        ledger.runsEnd(MANY);
        steps(manager);
      }
      assertThat(archived()).isEqualTo(ledger.ended);
      int before = objects();
      for (int i = 0; i < 12; i++) {
        later(Duration.ofMinutes(10));
        steps(manager);
      }

      assertThat(objects()).isLessThan(before / 2);
      assertThat(archived()).isEqualTo(ledger.ended).hasSize(40 * MANY);
    }
  }

  @Test
  void aThousandRunsTakeFewObjects() {
    try (var manager = manager()) {
      ledger.runsEnd(1_000);
      steps(manager);
      later(AGE);
      steps(manager);

      assertThat(archived()).isEqualTo(ledger.ended).hasSize(1_000);
      assertThat(objects()).isLessThanOrEqualTo(20);
    }
  }

  @Test
  void aFileThatIsMissingKeepsNothingNewFromBeingArchived() {
    try (var manager = manager()) {
      ledger.runsEnd(MANY);
      steps(manager);
      var lost = Map.copyOf(ledger.ended);
      files().forEach(objects::delete);
      for (int i = 0; i < 20; i++) {
        ledger.runsEnd(MANY);
        steps(manager);
      }

      List<String> unreadable = new ArrayList<>();
      RunArchive.All all =
          RunArchive.open(objects, coordination, this::id)
              .all(why -> unreadable.add(why.getMessage()));
      assertThat(unreadable)
          .singleElement()
          .satisfies(
              why -> assertThat(why).contains("is missing, with %d entries".formatted(MANY)));
      assertThat(all.runs().map(Run::id))
          .hasSize(20 * MANY)
          .doesNotContainAnyElementsOf(lost.keySet());
    }
  }

  private List<String> files() {
    try (Stream<ObjectInfo> all = objects.list(RunArchive.FOLDER, "")) {
      return all.map(ObjectInfo::path).toList();
    }
  }

  @Test
  void whatADeathHasLeftInTheScratchFolderIsRemoved() throws Exception {
    Files.createFile(scratch.resolve("entries-1.tmp"));
    Path other = Files.createFile(scratch.resolve("other"));
    try (var _ = manager();
        var left = Files.list(scratch)) {
      assertThat(left).containsExactly(other);
    }
  }

  @Test
  void aCheckpointIsMadeWhenItIsDueAndAnythingHasHappened() {
    checkpointEvery = Duration.ofMinutes(5);
    try (var manager = manager()) {
      ledger.runsEnd(3);
      ledger.create();
      steps(manager);
      assertThat(checkpoints().store().kept()).isEmpty();

      later(Duration.ofMinutes(1));
      steps(manager);
      assertThat(checkpoints().store().kept()).hasSize(1);
      assertThat(archived()).isEqualTo(ledger.ended);
      int before = objects();
      later(Duration.ofMinutes(5));
      steps(manager);
      assertThat(objects()).as("nothing has happened").isEqualTo(before);

      ledger.create();
      steps(manager);
      later(Duration.ofMinutes(5));
      steps(manager);
      assertThat(checkpoints().store().kept()).hasSize(2);
    }
    LedgerCheckpoints kept = checkpoints();
    RunArchive archive = RunArchive.open(objects, coordination, this::id);
    for (int p = 0; p < PARTITIONS; p++) {
      Checkpoint<Runs> at = kept.newest(Ledgers.RUNS, p, Long.MAX_VALUE);
      assertThat(at.fold().state()).isEqualTo(ledger.state(p));
      assertThat(at.offset()).isEqualTo(ledger.end(p) - 1);
      assertThat(archive.position(p)).isEqualTo(ledger.end(p));
      assertThat(kept.newest(Ledgers.RUNS, p, at.offset()).offset()).isLessThan(at.offset());
      assertThat(kept.newest(Ledgers.RUNS, p, 1).offset()).isEqualTo(-1);
    }
  }

  @Test
  void aCheckpointThatIsAskedForHasAllThatWasDecidedBefore() throws Exception {
    ledger.runsEnd(MANY + 1);
    ledger.create();
    try (var manager = manager();
        var asking = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Kept> asked = asking.submit(manager::checkpointNow);
      while (!asked.isDone()) {
        manager.step(Duration.ofMillis(1));
      }

      for (int p = 0; p < PARTITIONS; p++) {
        assertThat(asked.get().positions()).containsEntry(name(p), ledger.end(p));
      }
      assertThat(archived()).isEqualTo(ledger.ended).hasSize(MANY + 1);

      Future<Kept> again = asking.submit(manager::checkpointNow);
      while (!again.isDone()) {
        manager.step(Duration.ofMillis(1));
      }
      assertThat(again.get()).as("nothing has happened").isEqualTo(asked.get());
    }
  }

  @Test
  void whoeverAsksADatamanagerThatEndsIsToldSo() {
    var manager = manager();
    manager.close();

    assertThatThrownBy(manager::checkpointNow)
        .isInstanceOf(BusException.class)
        .hasMessageContaining("about to end");
  }

  @Test
  void aCheckpointIsRefusedWhileAnotherDatamanagerWorks() throws Exception {
    try (var first = manager();
        var second = manager();
        var asking = Executors.newVirtualThreadPerTaskExecutor()) {
      ledger.runsEnd(MANY);
      steps(first);
      Future<Kept> asked = asking.submit(second::checkpointNow);
      while (!asked.isDone()) {
        second.step(Duration.ofMillis(1));
      }

      assertThatThrownBy(asked::get).hasMessageContaining("another datamanager is at work");
    }
  }

  @Test
  void whoStartsAgainGoesOnFromACheckpoint() {
    checkpointEvery = Duration.ofMinutes(5);
    try (var manager = manager()) {
      ledger.runsEnd(MANY);
      ledger.create();
      steps(manager);
      later(Duration.ofMinutes(1));
      steps(manager);
    }
    ledger.runsEnd(2);
    read.set(0);
    try (var manager = manager()) {
      steps(manager);
      later(AGE);
      steps(manager);

      assertThat(archived()).isEqualTo(ledger.ended).hasSize(MANY + 2);
      // The last record of each partition once more, and the two decisions of each of two runs.
      assertThat(read.get()).isEqualTo(PARTITIONS + 4);
    }
  }

  @Test
  void recordsAreDeletedWhenTheOldestOfTwoCheckpointsCoversThemAndTheyAreOldEnough() {
    checkpointEvery = Duration.ofMinutes(5);
    try (var manager = manager()) {
      ledger.runsEnd(MANY);
      ledger.create();
      steps(manager);
      later(Duration.ofMinutes(1));
      steps(manager);
      later(RETENTION);
      long first = start(0);
      ledger.create();
      ledger.runsEnd(PARTITIONS);
      steps(manager);
      assertThat(first).as("one checkpoint").isZero();
      assertThat(checkpoints().store().kept()).hasSize(2);

      long covered = checkpoints().store().kept().getLast().positions().getOrDefault(name(0), 0L);
      assertThat(start(0)).isEqualTo(covered - 1).isPositive();

      ledger.runsEnd(PARTITIONS);
      steps(manager);
      later(Duration.ofMinutes(5));
      steps(manager);
      assertThat(checkpoints().store().kept()).hasSize(3);
      assertThat(start(0)).as("the others are too young").isEqualTo(covered - 1);
    }
    try (var manager = manager()) {
      steps(manager);
      later(AGE);
      steps(manager);
      assertThat(archived()).isEqualTo(ledger.ended);
    }
  }

  @Test
  void nothingIsDeletedAsLongAsACheckpointCannotBeRead() {
    checkpointEvery = Duration.ofMinutes(5);
    try (var manager = manager()) {
      for (int i = 0; i < 2; i++) {
        ledger.runsEnd(PARTITIONS);
        steps(manager);
        objects.list(LedgerCheckpoints.FOLDER, "").map(ObjectInfo::path).forEach(objects::delete);
        later(RETENTION.plus(checkpointEvery));
        steps(manager);
      }
      assertThat(checkpoints().store().kept()).hasSizeGreaterThan(1);
      assertThat(start(0)).isZero();
    }
  }

  @Test
  void logsAreDeletedOnceTheyAreArchivedAndOldEnoughAndNeverBefore() {
    checkpointEvery = Duration.ofMinutes(5);
    var run = RunId.parse("project/p1/1");
    var away = new Away(objects);
    try (var manager = manager(away)) {
      log(run, 0, "old");
      steps(manager);
      away.away = true;
      later(RETENTION.multipliedBy(2));
      steps(manager);
      assertThat(logs(run).start()).as("it is old, but not archived").isZero();

      away.away = false;
      later(Duration.ofSeconds(10));
      log(run, 3, "young");
      steps(manager);
      later(checkpointEvery);
      steps(manager);
      assertThat(logArchive().position(logPartition(run))).as("both are archived").isEqualTo(2);
      assertThat(logs(run)).as("one is old").isEqualTo(new Extent(1, 2));
    }
    later(RETENTION);
    try (var manager = manager()) {
      later(checkpointEvery);
      steps(manager);
      assertThat(logs(run)).isEqualTo(new Extent(2, 2));
    }
  }

  @Test
  void ofTwoTheOneWithTheLeaseArchivesLogsAndAfterItsEndTheOther() {
    var run = RunId.parse("project/p1/1");
    try (var first = manager()) {
      try (var second = manager()) {
        log(run, 0, "one");
        steps(first);
        steps(second);
        later(AGE);
        steps(first);
        steps(second);
        assertThat(logArchive().archive().files()).hasSize(1);
        log(run, 3, "two");
        steps(second);
        steps(first);
        later(AGE);
        steps(first);
      }
      assertThat(logArchive().archive().files()).hasSize(2);
    }
    try (var third = manager()) {
      log(run, 6, "three");
      steps(third);
      later(AGE);
      steps(third);
    }
    var all = new StringBuilder();
    var step = new StepKey(new AttemptRef(run, "build", 1), "1-x", 0);
    logArchive()
        .from(step, 0)
        .forEachRemaining(piece -> all.append(new String(piece.bytes(), UTF_8)));
    assertThat(all).hasToString("onetwothree");
  }

  private void log(RunId run, long position, String text) {
    var chunk =
        new LogChunk(
            new AttemptRef(run, "build", 1), "1-x", 0, position, false, text.getBytes(UTF_8));
    var to = new TopicPartition(Topics.TASK_LOGS.name(), logPartition(run));
    bus.appender("executor")
        .append(to, run.toString(), LogChunk.write(chunk))
        .toCompletableFuture()
        .join();
  }

  private Extent logs(RunId run) {
    return bus.extent(new TopicPartition(Topics.TASK_LOGS.name(), logPartition(run)))
        .toCompletableFuture()
        .join();
  }

  private static int logPartition(RunId run) {
    return Partitions.of(run.toString(), PARTITIONS);
  }

  private LogArchive logArchive() {
    return LogArchive.open(objects, coordination, this::id);
  }

  @Test
  void nothingIsDeletedOnceThereAreMorePartitionsThanCheckpointsCover() {
    checkpointEvery = Duration.ofMinutes(5);
    try (var manager = manager()) {
      for (int i = 0; i < 2; i++) {
        ledger.runsEnd(PARTITIONS);
        steps(manager);
        later(RETENTION.plus(checkpointEvery));
        steps(manager);
      }
      long before = start(0);
      assertThat(before).isPositive();

      topics.raise(Ledgers.RUNS.commands().name(), PARTITIONS + 1);
      topics.raise(Ledgers.RUNS.events().name(), PARTITIONS + 1);
      ledger.runsEnd(2 * PARTITIONS);
      steps(manager);
      later(RETENTION.plus(checkpointEvery));
      steps(manager);

      assertThat(start(0)).isEqualTo(before);
      assertThat(archived()).isEqualTo(ledger.ended);
    }
  }

  private static String name(int partition) {
    return LedgerCheckpoints.name(Ledgers.RUNS, partition);
  }

  private long start(int partition) {
    return bus.extent(new TopicPartition(Ledgers.RUNS.events().name(), partition))
        .toCompletableFuture()
        .join()
        .start();
  }

  @Test
  void aCheckpointThatIsDamagedGivesWayToTheOneBefore() {
    checkpointEvery = Duration.ofMinutes(1);
    try (var manager = manager()) {
      for (int i = 0; i < 2; i++) {
        ledger.runsEnd(PARTITIONS);
        steps(manager);
        later(Duration.ofMinutes(1));
        steps(manager);
      }
    }
    long newest = checkpoints().newest(Ledgers.RUNS, 0, Long.MAX_VALUE).offset();
    String file = checkpoints().store().kept().getFirst().files().getFirst().path();
    objects.delete(file);
    objects.write(file, new ByteArrayInputStream(new byte[500]), 500, Durability.PERSISTED);

    assertThat(checkpoints().newest(Ledgers.RUNS, 0, Long.MAX_VALUE).offset())
        .isBetween(0L, newest - 1);
  }

  private LedgerCheckpoints checkpoints() {
    return LedgerCheckpoints.open(objects, coordination, this::id);
  }

  @Test
  void anArchiveThatHasVanishedIsNotBegunAnew() {
    try (var manager = manager()) {
      ledger.runsEnd(MANY);
      steps(manager);
    }
    List<String> paths;
    try (Stream<ObjectInfo> all = objects.list("", "")) {
      paths = all.map(ObjectInfo::path).toList();
    }
    paths.forEach(objects::delete);

    assertThatThrownBy(this::manager).hasMessageContaining("manifests/runs");
  }

  /** A store that cannot be reached now and then. */
  private static final class Away extends ForwardingStore {
    boolean away;
    int tries;

    Away(ObjectStore store) {
      super(store);
    }

    @Override
    public void write(String path, InputStream body, long size, Durability durability) {
      tries++;
      if (away) {
        throw new ObjectStoreException("the store is away", null);
      }
      super.write(path, body, size, durability);
    }
  }
}
