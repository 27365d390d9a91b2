package dev.millrace.storage.archive;

import static dev.millrace.storage.archive.ArchiveWorld.at;
import static dev.millrace.storage.archive.ArchiveWorld.bytes;
import static dev.millrace.storage.archive.ArchiveWorld.key;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.storage.entries.Entry;
import dev.millrace.storage.entries.EntryFileInfo;
import dev.millrace.storage.entries.EntryKey;
import dev.millrace.storage.manifests.Sweep;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was archived is found and read, whatever is added, merged, and swept. */
final class ArchiveTest {
  private static final Duration RETENTION = Duration.ofDays(7);

  @TempDir Path scratch;
  private ArchiveWorld world;

  @BeforeEach
  void setUp() {
    world = new ArchiveWorld(scratch);
  }

  @Test
  void whatWasArchivedIsFoundUntilItIsReplacedOrDeleted() {
    world.add(1, Change.of(key(1), bytes("one")), Change.of(key(2), bytes("two")));
    world.add(2, Change.of(key(2), bytes("other")), Change.of(key(3), bytes("")));
    world.delete(3, key(1));

    for (int life = 0; life < 2; life++) {
      assertThat(world.archive().find(key(1))).isEmpty();
      assertThat(world.archive().find(key(2))).hasValue(bytes("other"));
      assertThat(world.archive().find(key(3))).hasValue(bytes(""));
      assertThat(world.archive().find(key(4))).isEmpty();
      assertThat(world.archive().positions()).isEqualTo(at(3));
      world.restart();
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
      assertThat(world.writer().add(changes, deleted, world.archive().positions(), at(step)))
          .isTrue();
      world.passes(Duration.ofSeconds(random.nextInt(10_000)));
      if (random.nextInt(3) == 0) {
        world.compactAll();
      }
      if (random.nextInt(10) == 0) {
        boolean _ = world.writer().tidy(world.now(), RETENTION);
        world
            .archive()
            .horizon()
            .ifPresent(horizon -> model.values().removeIf(value -> value.at.isBefore(horizon)));
      }
      if (random.nextInt(10) == 0) {
        world.sweep();
      }
      if (random.nextInt(40) == 0) {
        world.restart();
      }
      if (step % 20 == 0) {
        assertIs(model);
      }
    }
    assertThat(world.archive().horizon()).as("some have expired").isPresent();
    world.compactAll();
    world.passes(ArchiveWriter.TIDY);
    boolean _ = world.writer().tidy(world.now(), null);
    world.passes(Sweep.GRACE);
    world.sweep();
    world.passes(Sweep.GRACE);
    world.sweep();
    assertIs(model);
    assertThat(world.paths()).containsExactlyInAnyOrderElementsOf(world.counting());
    assertThat(world.archive().lost()).isEmpty();
  }

  private record Dated(byte[] value, Instant at) {}

  private List<Change> changes(Random random, Map<EntryKey, Dated> model) {
    Map<EntryKey, Change> changes = new TreeMap<>();
    for (int i = random.nextInt(30); i >= 0; i--) {
      EntryKey key = key(1 + random.nextInt(2_000));
      byte[] value = new byte[random.nextInt(400)];
      random.nextBytes(value);
      model.put(key, new Dated(value, world.now()));
      changes.put(key, Change.of(key, value, world.now()));
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
      assertThat(world.archive().find(key(i)).orElse(null))
          .isEqualTo(expected == null ? null : expected.value);
    }
    for (EntryKey from : List.of(ArchiveWorld.LOWEST, key(1_000))) {
      NavigableMap<EntryKey, byte[]> read = new TreeMap<>();
      world.archive().from(from).forEachRemaining(entry -> read.put(entry.key(), entry.value()));
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
      world.add(
          flush,
          IntStream.range(from, from + 100)
              .mapToObj(i -> Change.of(key(i), bytes("value " + i)))
              .toArray(Change[]::new));
      world.compactAll();
    }
    assertThat(world.archive().files()).hasSizeLessThan(10);
    assertThat(world.archive().files().stream().mapToLong(EntryFileInfo::entries).sum())
        .isEqualTo(6_400);
  }

  @Test
  void theLastEntryOfAFolderUpToAKeyIsFoundInAllFilesUnlessItIsDeleted() {
    world.add(1, Change.of(log("a", 10), bytes("1")), Change.of(log("b", 10), bytes("other")));
    world.add(2, Change.of(log("a", 20), bytes("2")));
    world.add(3, Change.of(log("a", 30), bytes("3")), Change.of(log("a", 40), bytes("4")));
    world.add(4, Change.of(log("d", 10), bytes("old")));
    world.delete(5, new EntryKey("log", "d/"));

    assertThat(lastUpTo("a", 9)).isEmpty();
    assertThat(lastUpTo("a", 19)).hasValue("a/10=1");
    assertThat(lastUpTo("a", 20)).hasValue("a/20=2");
    assertThat(lastUpTo("a", 99)).hasValue("a/40=4");
    assertThat(lastUpTo("d", 99)).isEmpty();
    assertThat(world.archive().together(log("d", 10)).hasNext()).isFalse();
    assertThat(lastUpTo("b", 99)).hasValue("b/10=other");
    assertThat(lastUpTo("c", 99)).isEmpty();
    assertThat(lastUpTo("", 99)).isEmpty();
    var search = world.archive().search();
    for (int number : List.of(99, 9, 20, 19, 50, 10)) {
      assertThat(search.lastUpTo(log("a", number)))
          .usingRecursiveComparison()
          .isEqualTo(world.archive().search().lastUpTo(log("a", number)));
      assertThat(search.lastUpTo(log("b", number)).isPresent()).isEqualTo(number >= 10);
    }
  }

  private Optional<String> lastUpTo(String folder, int number) {
    return world
        .archive()
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
      world.add(
          i + 1, Change.of(key(2 * i), bytes("a" + i)), Change.of(key(2 * i + 1), bytes("b" + i)));
    }
    var old = world.open();
    assertThat(values(old.together(key(30)))).containsExactly("a15", "b15");
    assertThat(values(old.together(key(100)))).isEmpty();
    world.compactAll();
    world.sweep();
    world.passes(Sweep.GRACE.plusSeconds(1));
    world.sweep();

    assertThat(values(old.together(key(30)))).startsWith("a15", "b15", "a16");
    assertThat(old.search().lastUpTo(key(30)).map(Entry::value)).hasValue(bytes("a15"));
  }

  private static List<String> values(Iterator<Entry> entries) {
    List<String> values = new ArrayList<>();
    entries.forEachRemaining(entry -> values.add(new String(entry.value(), UTF_8)));
    return values;
  }
}
