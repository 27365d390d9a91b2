package dev.millrace.storage.checkpoints;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.storage.coordination.MemoryCoordinationStore;
import dev.millrace.storage.entries.Entry;
import dev.millrace.storage.entries.EntryKey;
import dev.millrace.storage.entries.EntryWriter;
import dev.millrace.storage.manifests.Sweep;
import dev.millrace.storage.objects.DyingStore;
import dev.millrace.storage.objects.DyingStore.Died;
import dev.millrace.storage.objects.MemoryObjectStore;
import dev.millrace.storage.objects.ObjectInfo;
import dev.millrace.storage.objects.ObjectStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CheckpointStoreTest {
  private static final String FOLDER = "kept/";
  private static final int MOST = 3;
  private static final EntryKey FIRST = new EntryKey("t", "0");
  private final AtomicInteger ids = new AtomicInteger();
  private Instant now = Instant.EPOCH;
  private final MemoryObjectStore objects = new MemoryObjectStore(() -> now);
  private final MemoryCoordinationStore coordination =
      new MemoryCoordinationStore(System::nanoTime);
  @TempDir private Path scratch;

  private CheckpointStore open(ObjectStore store) {
    return CheckpointStore.open(store, coordination, "kept", this::id, MOST);
  }

  private String id() {
    return "i" + ids.incrementAndGet();
  }

  private boolean add(CheckpointStore to, ObjectStore store, long position) {
    var files = new EntryWriter(store, scratch, () -> FOLDER + id(), 200_000);
    return to.add(now, new TreeMap<>(Map.of("a", position)), entries(position).iterator(), files)
        .isPresent();
  }

  /** More than a file of them. */
  private static List<Entry> entries(long position) {
    return IntStream.range(0, 40)
        .mapToObj(i -> new Entry(new EntryKey("t", "%03d".formatted(i)), value(position, i)))
        .toList();
  }

  private static byte[] value(long position, int i) {
    var bytes = new byte[20_000];
    new java.util.Random(position * 100 + i).nextBytes(bytes);
    return bytes;
  }

  private static void holds(CheckpointStore store, Kept kept, long position) {
    List<Entry> read = new ArrayList<>();
    store.read(kept, FIRST).forEachRemaining(read::add);
    assertThat(read)
        .usingElementComparator(
            (x, y) -> x.key().equals(y.key()) ? Arrays.compare(x.value(), y.value()) : 1)
        .isEqualTo(entries(position));
  }

  private static long position(Kept kept) {
    return kept.positions().getOrDefault("a", -1L);
  }

  private List<String> files() {
    try (Stream<ObjectInfo> all = objects.list(FOLDER, "")) {
      return all.map(ObjectInfo::path).toList();
    }
  }

  @Test
  void theLastFewAreKept() {
    CheckpointStore store = open(objects);
    for (long position = 1; position <= 5; position++) {
      assertThat(add(store, objects, position)).isTrue();
    }

    for (CheckpointStore each : List.of(store, open(objects))) {
      assertThat(each.kept()).extracting(CheckpointStoreTest::position).containsExactly(5L, 4L, 3L);
      for (Kept kept : each.kept()) {
        assertThat(kept.files()).hasSizeGreaterThan(2);
        holds(each, kept, position(kept));
      }
    }
  }

  @Test
  void oneIsReadFromAnyKeyOn() {
    CheckpointStore store = open(objects);
    add(store, objects, 1);
    var rest = store.read(store.kept().getFirst(), new EntryKey("t", "037"));
    List<String> ids = new ArrayList<>();
    rest.forEachRemaining(entry -> ids.add(entry.key().id()));

    assertThat(ids).containsExactly("037", "038", "039");
  }

  @Test
  void oneThatIsBehindDoesNotCount() {
    CheckpointStore store = open(objects);
    CheckpointStore slow = open(objects);
    assertThat(add(store, objects, 7)).isTrue();
    int before = files().size();

    assertThat(add(slow, objects, 6)).isFalse();

    assertThat(slow.kept()).hasSize(1);
    assertThat(files()).hasSize(before);
  }

  @Test
  void aDeathBetweenAnyTwoWritesLeavesTheOneBeforeOrTheNewOneWhole() {
    int deaths = 0;
    for (int changes = 0; changes < 12; changes++) {
      for (boolean made : new boolean[] {false, true}) {
        CheckpointStore before = open(objects);
        long position = before.kept().isEmpty() ? 1 : position(before.kept().getFirst()) + 1;
        var dying = new DyingStore(objects);
        CheckpointStore store = open(dying);
        dying.dieAfter(changes, made);
        try {
          add(store, dying, position);
        } catch (Died _) {
          deaths++;
        }
        CheckpointStore after = open(objects);
        for (Kept kept : after.kept()) {
          holds(after, kept, position(kept));
        }
        if (!before.kept().isEmpty()) {
          assertThat(position(after.kept().getFirst())).isBetween(position - 1, position);
        }
      }
    }
    assertThat(deaths).isGreaterThan(8);

    var sweep = new Sweep(open(objects), objects, FOLDER);
    for (int i = 0; i < 3; i++) {
      now = now.plus(Duration.ofHours(2));
      sweep.sweep(now);
    }
    CheckpointStore store = open(objects);
    assertThat(files()).containsExactlyInAnyOrderElementsOf(store.counting());
    store.kept().forEach(kept -> holds(store, kept, position(kept)));
  }

  @Test
  void whoReadsAFileThatIsGoneIsToldWhich() {
    CheckpointStore store = open(objects);
    add(store, objects, 1);
    String lost = files().get(1);
    objects.delete(lost);

    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> holds(store, store.kept().getFirst(), 1))
        .withMessageContaining(lost);
  }
}
