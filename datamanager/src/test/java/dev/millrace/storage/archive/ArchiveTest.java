package dev.millrace.storage.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.storage.coordination.CoordinationStore;
import dev.millrace.storage.coordination.MemoryCoordinationStore;
import dev.millrace.storage.entries.Entry;
import dev.millrace.storage.entries.EntryFileInfo;
import dev.millrace.storage.entries.EntryKey;
import dev.millrace.storage.entries.EntryWriter;
import dev.millrace.storage.manifests.Sweep;
import dev.millrace.storage.objects.Durability;
import dev.millrace.storage.objects.DyingStore;
import dev.millrace.storage.objects.ForwardingStore;
import dev.millrace.storage.objects.MemoryObjectStore;
import dev.millrace.storage.objects.ObjectInfo;
import dev.millrace.storage.objects.ObjectStore;
import dev.millrace.storage.objects.ObjectStoreException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ArchiveTest {
  private static final String FOLDER = "entries/";
  private static final EntryKey LOWEST = key(0);
  private static final SortedMap<String, Long> START = Collections.emptySortedMap();
  private static final Duration RETENTION = Duration.ofDays(7);

  private final AtomicInteger ids = new AtomicInteger();
  private final DyingStore objects = new DyingStore(new MemoryObjectStore(this::now));
  private final CoordinationStore coordination = new MemoryCoordinationStore(this::nanos);
  @TempDir Path scratch;
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private Archive archive;
  private ArchiveWriter writer;
  private Sweep sweep;

  private Instant now() {
    return now;
  }

  private long nanos() {
    return Duration.between(Instant.EPOCH, now).toNanos();
  }

  private Archive open() {
    return Archive.open(objects, coordination, "archive", this::id);
  }

  private String id() {
    return "id" + ids.incrementAndGet();
  }

  private ArchiveWriter writer(Archive of) {
    return writer(of, this::id);
  }

  private ArchiveWriter writer(Archive of, Supplier<String> paths) {
    var files = new EntryWriter(objects, scratch, () -> FOLDER + paths.get(), 64 << 10);
    return new ArchiveWriter(of, objects, files, 32 << 10, this::nanos);
  }

  /** What a process has that starts, also again. */
  @BeforeEach
  void restart() {
    objects.dieAfter(Integer.MAX_VALUE, false);
    archive = open();
    writer = writer(archive);
    sweep = new Sweep(archive, objects, FOLDER);
  }

  @Test
  void whatWasArchivedIsFoundUntilItIsReplacedOrDeleted() {
    add(1, Change.of(key(1), bytes("one")), Change.of(key(2), bytes("two")));
    add(2, Change.of(key(2), bytes("other")), Change.of(key(3), bytes("")));
    delete(3, key(1));

    for (int life = 0; life < 2; life++) {
      assertThat(archive.find(key(1))).isEmpty();
      assertThat(archive.find(key(2))).hasValue(bytes("other"));
      assertThat(archive.find(key(3))).hasValue(bytes(""));
      assertThat(archive.find(key(4))).isEmpty();
      assertThat(archive.positions()).isEqualTo(at(3));
      restart();
    }
  }

  @Test
  void whateverIsAddedMergedAndSweptTheArchiveIsWhatWasArchived() {
    long seed = Long.getLong("archive.seed", System.nanoTime());
    System.out.printf("again with -Darchive.seed=%d%n", seed);
    var random = new Random(seed);
    NavigableMap<EntryKey, Dated> model = new TreeMap<>();
    for (int step = 1; step <= 400; step++) {
      List<EntryKey> deleted = random.nextInt(4) == 0 ? List.of(prefix(random)) : List.of();
      model.keySet().removeIf(key -> deleted.stream().anyMatch(each -> begins(key, each)));
      List<Change> changes = changes(random, model);
      assertThat(writer.add(changes, deleted, archive.positions(), at(step))).isTrue();
      now = now.plusSeconds(random.nextInt(10_000));
      if (random.nextInt(3) == 0) {
        compactAll();
      }
      if (random.nextInt(10) == 0) {
        boolean _ = writer.tidy(now, RETENTION);
        archive
            .horizon()
            .ifPresent(horizon -> model.values().removeIf(value -> value.at.isBefore(horizon)));
      }
      if (random.nextInt(10) == 0) {
        sweep.sweep(now);
      }
      if (random.nextInt(40) == 0) {
        restart();
      }
      if (step % 20 == 0) {
        assertIs(model);
      }
    }
    assertThat(archive.horizon()).as("some have expired").isPresent();
    compactAll();
    now = now.plus(ArchiveWriter.TIDY);
    boolean _ = writer.tidy(now, null);
    now = now.plus(Sweep.GRACE);
    sweep.sweep(now);
    now = now.plus(Sweep.GRACE);
    sweep.sweep(now);
    assertIs(model);
    assertThat(paths()).containsExactlyInAnyOrderElementsOf(counting());
    assertThat(archive.lost()).isEmpty();
  }

  private record Dated(byte[] value, Instant at) {}

  private List<Change> changes(Random random, Map<EntryKey, Dated> model) {
    Map<EntryKey, Change> changes = new TreeMap<>();
    for (int i = random.nextInt(30); i >= 0; i--) {
      EntryKey key = key(1 + random.nextInt(2_000));
      byte[] value = new byte[random.nextInt(400)];
      random.nextBytes(value);
      model.put(key, new Dated(value, now));
      changes.put(key, Change.of(key, value, now));
    }
    return List.copyOf(changes.values());
  }

  /** Of one key, or of ten or a hundred. */
  private static EntryKey prefix(Random random) {
    String id = key(1 + random.nextInt(2_000)).id();
    return new EntryKey("run", id.substring(0, 4 + random.nextInt(3)));
  }

  private static boolean begins(EntryKey key, EntryKey prefix) {
    return key.id().startsWith(prefix.id());
  }

  private void assertIs(NavigableMap<EntryKey, Dated> model) {
    for (int i = 1; i <= 2_000; i += 7) {
      Dated expected = model.get(key(i));
      assertThat(archive.find(key(i)).orElse(null))
          .isEqualTo(expected == null ? null : expected.value);
    }
    for (EntryKey from : List.of(LOWEST, key(1_000))) {
      NavigableMap<EntryKey, byte[]> read = new TreeMap<>();
      archive.from(from).forEachRemaining(entry -> read.put(entry.key(), entry.value()));
      NavigableMap<EntryKey, Dated> rest = model.tailMap(from, true);
      assertThat(read.keySet()).isEqualTo(rest.keySet());
      read.forEach(
          (key, value) -> assertThat(value).isEqualTo(Objects.requireNonNull(rest.get(key)).value));
    }
  }

  @Test
  void thereIsNoObjectForEachEntry() {
    for (int flush = 1; flush <= 64; flush++) {
      int from = flush * 100;
      add(
          flush,
          IntStream.range(from, from + 100)
              .mapToObj(i -> Change.of(key(i), bytes("value " + i)))
              .toArray(Change[]::new));
      compactAll();
    }
    assertThat(archive.files()).hasSizeLessThan(10);
    assertThat(archive.files().stream().mapToLong(EntryFileInfo::entries).sum()).isEqualTo(6_400);
  }

  @Test
  void aWriterThatWasOvertakenIsToldAndNothingOfItCounts() {
    Archive others = open();
    add(1, Change.of(key(1), bytes("mine")));

    assertThat(writer(others).add(List.of(Change.of(key(1), bytes("late"))), START, at(7)))
        .isFalse();
    assertThat(archive.find(key(1))).hasValue(bytes("mine"));
    assertThat(archive.positions()).isEqualTo(at(1));
  }

  @Test
  void aWriterThatIsOvertakenByAMergeStillAdds() {
    for (int i = 1; i <= 8; i++) {
      add(i, Change.of(key(i), bytes("value")));
    }
    var merging = new ArrayList<Boolean>();
    ArchiveWriter slow =
        writer(
            open(),
            () -> {
              merging.add(writer.compact()); // while the other one puts its file together
              return id();
            });

    assertThat(slow.add(List.of(Change.of(key(9), bytes("value"))), at(8), at(9))).isTrue();

    assertThat(merging).containsExactly(true);
    archive.refresh();
    assertThat(archive.files()).hasSize(2);
    for (int i = 1; i <= 9; i++) {
      assertThat(archive.find(key(i))).hasValue(bytes("value"));
    }
  }

  @Test
  void aWriterThatIsOvertakenDoesNotTryForEverWhereTheListingIsBehind() {
    Archive others = open();
    ObjectStore behind =
        new ForwardingStore(objects) {
          @Override
          public Stream<ObjectInfo> list(String prefix, String after) {
            return Stream.of();
          }
        };
    var mine = Archive.open(behind, new MemoryCoordinationStore(this::nanos), "archive", this::id);
    writer(others).add(List.of(Change.of(key(1), bytes("first"))), START, START);

    assertThatExceptionOfType(ObjectStoreException.class)
        .isThrownBy(() -> writer(mine).add(List.of(Change.of(key(1), bytes("late"))), START, at(1)))
        .withMessageContaining("manifests/archive has a generation after 0");
  }

  @Test
  void ofTwoMergesAtOnceOneCountsAndTheFilesOfTheOtherGo() {
    for (int i = 1; i <= 8; i++) {
      add(i, Change.of(key(i), bytes("value")));
    }
    List<EntryFileInfo> before = archive.files();
    ArchiveWriter loser =
        writer(
            open(),
            () -> {
              writer.compact();
              return "loser";
            });

    loser.compact();

    archive.refresh();
    assertThat(archive.files()).hasSize(1);
    assertThat(paths()).doesNotContain(FOLDER + "loser").hasSize(1 + before.size());
    assertThat(archive.find(key(5))).hasValue(bytes("value"));
  }

  @Test
  void whoeverReadsWhatWasMergedGoesOnWithTheMergedFiles() {
    for (int i = 1; i <= 8; i++) {
      add(i, Change.of(key(i), bytes("value")));
    }
    Archive reader = open();
    assertThat(reader.find(key(1))).isPresent();
    compactAll();
    sweep.sweep(now);
    assertThat(paths()).as("they stay for a while").hasSize(9);
    now = now.plus(Sweep.GRACE);
    sweep.sweep(now);
    assertThat(paths()).hasSize(1);

    assertThat(reader.find(key(1))).hasValue(bytes("value"));
    assertThat(reader.find(key(8))).hasValue(bytes("value"));
  }

  @Test
  void whatADeadWriterLeftIsSweptAwayAfterAWhile() {
    add(1, Change.of(key(1), bytes("one")));
    objects.dieAfter(1, false); // the file is there, the generation is not
    assertThatExceptionOfType(DyingStore.Died.class)
        .isThrownBy(() -> writer.add(List.of(Change.of(key(2), bytes("two"))), at(1), at(2)));
    objects.dieAfter(Integer.MAX_VALUE, false);
    assertThat(paths()).hasSize(2);

    sweep.sweep(now);
    now = now.plus(Sweep.GRACE).minusSeconds(1);
    sweep.sweep(now);
    assertThat(paths()).hasSize(2);
    now = now.plusSeconds(1);
    sweep.sweep(now);
    assertThat(paths()).containsExactlyInAnyOrderElementsOf(counting());
  }

  @Test
  void aWriterThatWasStalledWhileASweepWentByWritesItsFilesAnew() {
    add(1, Change.of(key(1), bytes("one")));
    List<String> made = new ArrayList<>();
    ArchiveWriter slow =
        writer(
            open(),
            () -> {
              made.add(id());
              return made.getLast();
            });
    sweep.sweep(now);
    stallBeforeTheNextGeneration(made);

    assertThat(slow.add(List.of(Change.of(key(2), bytes("two"))), at(1), at(2))).isTrue();

    archive.refresh();
    assertThat(archive.find(key(2))).hasValue(bytes("two"));
    assertThat(archive.lost()).isEmpty();
  }

  private void stallBeforeTheNextGeneration(List<String> made) {
    objects.beforeNextGeneration(
        () -> {
          assertThat(made).hasSize(1);
          sweep.sweep(now);
          now = now.plus(Sweep.GRACE);
          sweep.sweep(now);
          assertThat(paths()).as("it was swept away").doesNotContain(FOLDER + made.getFirst());
        });
  }

  @Test
  void aProcessThatDiesBetweenAnyTwoWritesLeavesTheArchiveAsItWasOrAsItShouldBe() {
    for (int i = 1; i <= 7; i++) {
      add(i, Change.of(key(i), bytes("value")));
    }
    int died = 0;
    for (int changes = 0; changes < 14; changes++) {
      boolean made = changes % 2 == 0;
      long position = archive.positions().getOrDefault("p", 0L);
      objects.dieAfter(changes / 2, made);
      try {
        var change = Change.of(key((int) position + 1), bytes("value"));
        writer.add(List.of(change), at(position), at(position + 1));
        compactAll();
        now = now.plus(Sweep.GRACE);
        sweep.sweep(now);
      } catch (DyingStore.Died _) {
        died++;
      }
      restart();
      long reached = archive.positions().getOrDefault("p", 0L);
      assertThat(reached).isBetween(position, position + 1);
      for (int i = 1; i <= position + 1; i++) {
        assertThat(archive.find(key(i)).isPresent())
            .as("%d of %d", i, reached)
            .isEqualTo(i <= reached);
      }
      assertThat(archive.lost()).isEmpty();
    }
    assertThat(died).isGreaterThan(5);
  }

  @Test
  void aFileThatIsGoneIsNamedAndTheRestIsServed() {
    add(1, Change.of(key(1), bytes("one")), Change.of(key(2), bytes("two")));
    add(2, Change.of(key(3), bytes("three")));
    EntryFileInfo gone = archive.files().getFirst();
    restart();
    objects.delete(gone.path());

    assertThat(archive.lost()).containsExactly(gone);
    assertThatExceptionOfType(LostFileException.class)
        .isThrownBy(() -> archive.find(key(2)))
        .withMessage(
            "%s is missing, with 2 entries from run 000001 to run 000002".formatted(gone.path()));
    assertThat(archive.find(key(3))).hasValue(bytes("three"));
  }

  @Test
  void whateverFilesAreDamagedTheRestIsReadAndTheyAreNamed() throws IOException {
    byte[] large = new byte[40 << 10];
    new Random(1).nextBytes(large); // two of them fill a block
    add(1, Change.of(key(1), bytes("gone")));
    add(2, Change.of(key(2), bytes("index")));
    add(3, Change.of(key(3), large), Change.of(key(4), large), Change.of(key(5), large));
    add(4, Change.of(key(6), bytes("well")));
    List<EntryFileInfo> files = archive.files();
    objects.delete(files.get(0).path());
    damage(files.get(1), files.get(1).size() - 1);
    damage(files.get(2), 50 << 10);
    restart();
    List<Object> unreadable = new ArrayList<>();

    Archive.Rest rest = archive.rest(LOWEST, why -> unreadable.add(why.getMessage()));
    List<EntryKey> read = new ArrayList<>();
    rest.entries().forEachRemaining(entry -> read.add(entry.key()));

    assertThat(read).containsExactly(key(3), key(4), key(6));
    assertThat(rest.positions()).isEqualTo(at(4));
    assertThat(unreadable)
        .hasSize(3)
        .satisfiesExactlyInAnyOrder(
            why -> assertThat(why).asString().startsWith(files.get(0).path() + " is missing"),
            why -> assertThat(why).asString().startsWith(files.get(1).path() + " is damaged"),
            why -> assertThat(why).asString().startsWith(files.get(2).path() + " is damaged"));
  }

  private void damage(EntryFileInfo file, long offset) throws IOException {
    byte[] body;
    try (var in = objects.read(file.path())) {
      body = in.readAllBytes();
    }
    body[(int) offset] ^= 1;
    objects.write(file.path(), new ByteArrayInputStream(body), body.length, Durability.PERSISTED);
  }

  @Test
  void theLastEntryOfAFolderUpToAKeyIsFoundInAllFilesUnlessItIsDeleted() {
    add(1, Change.of(log("a", 10), bytes("1")), Change.of(log("b", 10), bytes("other")));
    add(2, Change.of(log("a", 20), bytes("2")));
    add(3, Change.of(log("a", 30), bytes("3")), Change.of(log("a", 40), bytes("4")));
    add(4, Change.of(log("d", 10), bytes("old")));
    delete(5, new EntryKey("log", "d/"));

    assertThat(lastUpTo("a", 9)).isEmpty();
    assertThat(lastUpTo("a", 19)).hasValue("a/10=1");
    assertThat(lastUpTo("a", 20)).hasValue("a/20=2");
    assertThat(lastUpTo("a", 99)).hasValue("a/40=4");
    assertThat(lastUpTo("d", 99)).isEmpty();
    assertThat(archive.together(log("d", 10)).hasNext()).isFalse();
    assertThat(lastUpTo("b", 99)).hasValue("b/10=other");
    assertThat(lastUpTo("c", 99)).isEmpty();
    assertThat(lastUpTo("", 99)).isEmpty();
    var search = archive.search();
    for (int number : List.of(99, 9, 20, 19, 50, 10)) {
      assertThat(search.lastUpTo(log("a", number)))
          .usingRecursiveComparison()
          .isEqualTo(archive.search().lastUpTo(log("a", number)));
      assertThat(search.lastUpTo(log("b", number)).isPresent()).isEqualTo(number >= 10);
    }
  }

  private Optional<String> lastUpTo(String folder, int number) {
    return archive
        .search()
        .lastUpTo(log(folder, number))
        .map(entry -> entry.key().id() + "=" + new String(entry.value(), UTF_8));
  }

  private static EntryKey log(String folder, int number) {
    return new EntryKey("log", "%s/%02d".formatted(folder, number));
  }

  @Test
  void whatWasArchivedTogetherIsReadOnFromAKeyAlsoAfterItWasMerged() {
    for (int i = 0; i < 20; i++) {
      add(i + 1, Change.of(key(2 * i), bytes("a" + i)), Change.of(key(2 * i + 1), bytes("b" + i)));
    }
    var old = open();
    assertThat(values(old.together(key(30)))).containsExactly("a15", "b15");
    assertThat(values(old.together(key(100)))).isEmpty();
    compactAll();
    sweep.sweep(now);
    now = now.plus(Sweep.GRACE).plusSeconds(1);
    sweep.sweep(now);

    assertThat(values(old.together(key(30)))).startsWith("a15", "b15", "a16");
    assertThat(old.search().lastUpTo(key(30)).map(Entry::value)).hasValue(bytes("a15"));
  }

  private static List<String> values(Iterator<Entry> entries) {
    List<String> values = new ArrayList<>();
    entries.forEachRemaining(entry -> values.add(new String(entry.value(), UTF_8)));
    return values;
  }

  private void add(long position, Change... changes) {
    SortedMap<String, Long> from = archive.positions();
    assertThat(writer.add(List.of(changes), from, at(position))).isTrue();
  }

  private void delete(long position, EntryKey... deleted) {
    SortedMap<String, Long> from = archive.positions();
    assertThat(writer.add(List.of(), List.of(deleted), from, at(position))).isTrue();
  }

  private void compactAll() {
    for (int i = 0; writer.compact(); i++) {
      assertThat(i).as("it comes to an end").isLessThan(100);
    }
  }

  private List<String> paths() {
    try (var listed = objects.list(FOLDER, "")) {
      return listed.map(ObjectInfo::path).toList();
    }
  }

  private List<String> counting() {
    return archive.files().stream().map(EntryFileInfo::path).toList();
  }

  private static SortedMap<String, Long> at(long position) {
    return new TreeMap<>(Map.of("p", position));
  }

  private static EntryKey key(int number) {
    return new EntryKey("run", "%06d".formatted(number));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
