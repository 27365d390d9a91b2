package dev.millrace.storage.entries;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.storage.objects.Durability;
import dev.millrace.storage.objects.MemoryObjectStore;
import dev.millrace.storage.objects.NoSuchObjectException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EntryFileTest {
  private final CountingStore store = new CountingStore(new MemoryObjectStore(() -> Instant.EPOCH));
  private final AtomicInteger paths = new AtomicInteger();
  @TempDir Path scratch;

  @Test
  void everyEntryIsFoundAndNothingElse() {
    NavigableMap<EntryKey, byte[]> entries = random(1, 3_000);
    EntryFileInfo info = write(entries, EntryWriter.DEFAULT_SIZE).getFirst();
    EntryFile file = EntryFile.open(store, info);

    assertThat(info.entries()).isEqualTo(3_000);
    assertThat(info.first()).isEqualTo(entries.firstKey());
    assertThat(info.last()).isEqualTo(entries.lastKey());
    entries.forEach((key, value) -> assertThat(file.find(key)).hasValue(value));
    for (EntryKey key : entries.keySet()) {
      assertThat(file.find(new EntryKey(key.type(), key.id() + "-"))).isEmpty();
    }
    assertThat(file.find(new EntryKey("!", "!"))).isEmpty();
    assertThat(file.find(new EntryKey("~", "~"))).isEmpty();
  }

  @Test
  void anEntryIsReadWithTwoReadsOfTheStoreAtMost() {
    NavigableMap<EntryKey, byte[]> entries = random(2, 5_000);
    EntryFileInfo info = write(entries, EntryWriter.DEFAULT_SIZE).getFirst();

    for (EntryKey key : List.copyOf(entries.keySet()).subList(2_000, 2_050)) {
      store.reads.set(0);
      EntryFile.open(store, info).find(key);
      assertThat(store.reads.get()).isLessThanOrEqualTo(2);
    }
  }

  @Test
  void whatIsNotThereIsHardlyEverLookedFor() {
    NavigableMap<EntryKey, byte[]> entries = random(8, 5_000);
    EntryFile file = EntryFile.open(store, write(entries, EntryWriter.DEFAULT_SIZE).getFirst());
    store.reads.set(0);

    for (EntryKey key : entries.keySet()) {
      assertThat(file.find(new EntryKey(key.type(), key.id() + "0"))).isEmpty();
    }

    assertThat(store.reads.get()).isLessThan(5_000 / 50); // one in a hundred is expected
  }

  @Test
  void entriesAreReadInOrderFromAnyKeyOn() {
    NavigableMap<EntryKey, byte[]> entries = random(3, 3_000);
    EntryFile file = EntryFile.open(store, write(entries, EntryWriter.DEFAULT_SIZE).getFirst());

    List<EntryKey> from = new ArrayList<>(List.copyOf(entries.keySet()).subList(990, 1_000));
    from.add(new EntryKey("!", "!"));
    from.add(new EntryKey("run", "project/p2/"));
    from.add(new EntryKey("~", "~"));
    for (EntryKey key : from) {
      assertThat(keys(file.from(key))).isEqualTo(List.copyOf(entries.tailMap(key, true).keySet()));
    }
  }

  @Test
  void theLastEntryOfAFolderUpToAKeyIsFoundWithOneRead() {
    NavigableMap<EntryKey, byte[]> entries = new TreeMap<>();
    var random = new Random(9);
    for (int i = 0; i < 4_000; i++) {
      String folder = "p/%d/".formatted(random.nextInt(200));
      entries.put(
          new EntryKey("log", folder + "%04d".formatted(random.nextInt(5_000))), new byte[100]);
    }
    EntryFile file = EntryFile.open(store, write(entries, EntryWriter.DEFAULT_SIZE).getFirst());

    for (int i = 0; i < 2_000; i++) {
      var key =
          new EntryKey("log", "p/%d/%04d".formatted(random.nextInt(200), random.nextInt(5_000)));
      store.reads.set(0);
      Optional<Entry> last = file.lastUpTo(key);

      EntryKey expected = entries.floorKey(key);
      boolean beside = expected != null && expected.folder().equals(key.folder());
      assertThat(last.map(Entry::key)).isEqualTo(Optional.ofNullable(beside ? expected : null));
      assertThat(store.reads.get()).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void foldersWithinAFolderAreNotTakenForItsEntries() {
    NavigableMap<EntryKey, byte[]> entries = new TreeMap<>();
    entries.put(new EntryKey("log", "a/1"), new byte[] {1});
    for (int i = 0; i < 3_000; i++) {
      entries.put(new EntryKey("log", "a/2/%04d".formatted(i)), new byte[100]);
    }
    EntryFile file = EntryFile.open(store, write(entries, EntryWriter.DEFAULT_SIZE).getFirst());

    assertThat(file.lastUpTo(new EntryKey("log", "a/3")).map(Entry::key))
        .hasValue(new EntryKey("log", "a/1"));
    assertThat(file.lastUpTo(new EntryKey("log", "a/0"))).isEmpty();
    assertThat(file.lastUpTo(new EntryKey("log", "b"))).isEmpty();
    assertThat(file.lastUpTo(new EntryKey("run", "a/3"))).isEmpty();
  }

  @Test
  void aFolderThatIsNotThereIsHardlyEverLookedFor() {
    NavigableMap<EntryKey, byte[]> entries = new TreeMap<>();
    for (int i = 0; i < 3_000; i++) {
      entries.put(new EntryKey("log", "p/%d/%d".formatted(i / 3, i)), new byte[100]);
    }
    EntryFile file = EntryFile.open(store, write(entries, EntryWriter.DEFAULT_SIZE).getFirst());
    store.reads.set(0);

    for (int i = 0; i < 1_000; i++) {
      assertThat(file.lastUpTo(new EntryKey("log", "q/%d/9".formatted(i)))).isEmpty();
    }

    assertThat(store.reads.get()).isLessThan(1_000 / 50); // one in a hundred is expected
  }

  @Test
  void entriesAreReadFromAKeyOnIfItIsThere() {
    NavigableMap<EntryKey, byte[]> entries = random(6, 3_000);
    EntryFile file = EntryFile.open(store, write(entries, EntryWriter.DEFAULT_SIZE).getFirst());

    for (EntryKey key : List.copyOf(entries.keySet()).subList(500, 520)) {
      assertThat(keys(file.startingWith(key).orElseThrow()))
          .isEqualTo(List.copyOf(entries.tailMap(key, true).keySet()));
      assertThat(file.startingWith(new EntryKey(key.type(), key.id() + "-"))).isEmpty();
    }
  }

  @Test
  void whatIsTooMuchForOneFileGoesIntoSeveral() {
    NavigableMap<EntryKey, byte[]> entries = random(4, 3_000);
    List<EntryFileInfo> files = write(entries, 200_000);

    assertThat(files).hasSizeGreaterThan(3);
    assertThat(files.stream().mapToLong(EntryFileInfo::entries).sum()).isEqualTo(3_000);
    assertThat(files).allMatch(file -> file.size() < 200_000 + 2 * EntryFileWriter.BLOCK);
    List<EntryKey> all = new ArrayList<>();
    for (EntryFileInfo file : files) {
      all.addAll(keys(EntryFile.open(store, file).from(file.first())));
    }
    assertThat(all).isEqualTo(List.copyOf(entries.keySet()));
    assertThat(scratch).isEmptyDirectory();
  }

  @Test
  void aLargeEntryIsStoredAndTooLargeOnesAreRefused() {
    byte[] large = new byte[Entry.LARGEST];
    new Random(5).nextBytes(large);
    var key = new EntryKey("log", "1");
    var entries = new TreeMap<>(Map.of(key, large, new EntryKey("log", "0"), new byte[0]));

    EntryFile file = EntryFile.open(store, write(entries, EntryWriter.DEFAULT_SIZE).getFirst());
    assertThat(file.find(key)).hasValue(large);
    assertThat(file.find(new EntryKey("log", "0"))).hasValue(new byte[0]);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Entry(key, new byte[Entry.LARGEST + 1]));
    assertThatIllegalArgumentException().isThrownBy(() -> new EntryKey("", "1"));
    assertThatIllegalArgumentException().isThrownBy(() -> new EntryKey("log", "ä".repeat(513)));
  }

  @Test
  void keysAreOrderedByTheirBytes() {
    var emoji = new EntryKey("run", "\uD83D\uDE00"); // above U+FFFD as a number, below it as chars
    var replacement = new EntryKey("run", "\uFFFD");
    assertThat(emoji).isGreaterThan(replacement);

    var entries = new TreeMap<>(Map.of(emoji, bytes("1"), replacement, bytes("2")));
    EntryFile file = EntryFile.open(store, write(entries, EntryWriter.DEFAULT_SIZE).getFirst());
    assertThat(file.find(emoji)).hasValue(bytes("1"));
    assertThat(file.find(replacement)).hasValue(bytes("2"));
  }

  @Test
  void entriesOutOfOrderAreRefused() {
    var key = new EntryKey("run", "1");
    Iterator<Entry> twice =
        List.of(new Entry(key, bytes("a")), new Entry(key, bytes("b"))).iterator();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> writer(EntryWriter.DEFAULT_SIZE).write(twice));
    assertThat(store.list("", "")).isEmpty();
    assertThat(scratch).isEmptyDirectory();
  }

  @Test
  void aFileThatIsGoneIsNamed() {
    EntryFileInfo info = write(random(6, 10), EntryWriter.DEFAULT_SIZE).getFirst();
    store.delete(info.path());

    assertThatExceptionOfType(NoSuchObjectException.class)
        .isThrownBy(() -> EntryFile.open(store, info))
        .withMessageContaining(info.path());
  }

  @Test
  void whateverIsDamagedIsReadAsWrittenOrNamedWithItsPlace() throws Exception {
    NavigableMap<EntryKey, byte[]> entries = random(7, 400);
    EntryFileInfo info = write(entries, EntryWriter.DEFAULT_SIZE).getFirst();
    byte[] whole;
    try (var in = store.read(info.path())) {
      whole = in.readAllBytes();
    }
    List<EntryKey> keys = List.copyOf(entries.keySet());
    long seed = Long.getLong("entries.seed", System.nanoTime());
    System.out.printf(
        "seed %d; again: mvn -pl datamanager -am verify -Dtest=EntryFileTest -Dentries.seed=%d"
            + " -Dsurefire.failIfNoSpecifiedTests=false%n",
        seed, seed);
    var random = new Random(seed);
    int noticed = 0;
    for (int i = 0; i < 10_000; i++) {
      store.write(info.path(), damaged(whole, random), Durability.BUFFERED);
      EntryKey key = keys.get(random.nextInt(keys.size()));
      try {
        EntryFile file = EntryFile.open(store, info);
        assertThat(file.find(key)).hasValue(entries.get(key));
        var read = new TreeMap<EntryKey, byte[]>();
        file.from(info.first()).forEachRemaining(entry -> read.put(entry.key(), entry.value()));
        assertThat(read.keySet()).isEqualTo(entries.keySet());
        read.forEach((at, value) -> assertThat(value).isEqualTo(entries.get(at)));
      } catch (CorruptFileException e) {
        noticed++;
        assertThat(e.path()).isEqualTo(info.path());
        assertThat(e.offset()).isBetween(0L, info.size());
        assertThat(e)
            .hasMessageStartingWith(
                "%s is damaged at offset %d: ".formatted(info.path(), e.offset()));
      }
    }
    assertThat(noticed).isEqualTo(10_000); // every byte is covered by a checksum
  }

  /** One byte is another, some are missing at the end, or some bytes are another's. */
  private static byte[] damaged(byte[] whole, Random random) {
    int at = random.nextInt(whole.length);
    switch (random.nextInt(3)) {
      case 0 -> {
        return Arrays.copyOf(whole, at);
      }
      case 1 -> {
        byte[] flipped = whole.clone();
        flipped[at] ^= (byte) (1 << random.nextInt(8));
        return flipped;
      }
      default -> {
        byte[] overwritten = whole.clone();
        int length = Math.min(1 + random.nextInt(4_096), whole.length - at);
        byte[] others = new byte[length];
        random.nextBytes(others);
        others[0] = (byte) ~whole[at];
        System.arraycopy(others, 0, overwritten, at, length);
        return overwritten;
      }
    }
  }

  private static NavigableMap<EntryKey, byte[]> random(long seed, int count) {
    var random = new Random(seed);
    var entries = new TreeMap<EntryKey, byte[]>();
    while (entries.size() < count) {
      String type = List.of("run", "log", "config").get(random.nextInt(3));
      var key =
          new EntryKey(
              type, "project/p%d/%06d".formatted(random.nextInt(5), random.nextInt(99_999)));
      byte[] value = new byte[random.nextInt(1_000)];
      random.nextBytes(value);
      entries.put(key, value);
    }
    return entries;
  }

  private List<EntryFileInfo> write(Map<EntryKey, byte[]> entries, long size) {
    return writer(size)
        .write(
            entries.entrySet().stream().map(e -> new Entry(e.getKey(), e.getValue())).iterator());
  }

  private EntryWriter writer(long size) {
    return new EntryWriter(store, scratch, () -> "entries/" + paths.incrementAndGet(), size);
  }

  private static List<EntryKey> keys(Iterator<Entry> entries) {
    List<EntryKey> keys = new ArrayList<>();
    entries.forEachRemaining(entry -> keys.add(entry.key()));
    return keys;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
