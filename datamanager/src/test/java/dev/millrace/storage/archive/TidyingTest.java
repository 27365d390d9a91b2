package dev.millrace.storage.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.storage.coordination.CoordinationStore;
import dev.millrace.storage.coordination.MemoryCoordinationStore;
import dev.millrace.storage.entries.EntryFileInfo;
import dev.millrace.storage.entries.EntryKey;
import dev.millrace.storage.entries.EntryWriter;
import dev.millrace.storage.objects.DyingStore;
import dev.millrace.storage.objects.MemoryObjectStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is deleted or has expired is not read any more, and is not in files for long. */
final class TidyingTest {
  private static final Duration DAY = Duration.ofDays(1);

  private final AtomicInteger ids = new AtomicInteger();
  private final DyingStore objects = new DyingStore(new MemoryObjectStore(this::now));
  private final CoordinationStore coordination = new MemoryCoordinationStore(() -> 0);
  @TempDir Path scratch;
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private Archive archive;
  private ArchiveWriter writer;

  private Instant now() {
    return now;
  }

  @BeforeEach
  void restart() {
    objects.dieAfter(Integer.MAX_VALUE, false);
    archive = open();
    writer = writer(archive, this::id);
  }

  private Archive open() {
    return Archive.open(objects, coordination, "archive", this::id);
  }

  private ArchiveWriter writer(Archive of, Supplier<String> paths) {
    var files = new EntryWriter(objects, scratch, () -> "entries/" + paths.get(), 64 << 10);
    return new ArchiveWriter(of, objects, files, 32 << 10, () -> 0);
  }

  private String id() {
    return "id" + ids.incrementAndGet();
  }

  @Test
  void whatIsDeletedIsInNoFileADayLaterNorIsAnythingElseRewritten() {
    add("a/1", "a/2", "b/1");
    add("c/1");
    EntryFileInfo untouched = archive.files().getLast();

    delete("a/");
    assertThat(all()).containsExactly("b/1", "c/1");
    assertThat(writer.tidy(now, null)).as("it was never done before").isTrue();
    delete("b/");
    assertThat(writer.tidy(now.plus(DAY).minusSeconds(1), null)).isFalse();
    assertThat(entries()).isEqualTo(2);
    assertThat(writer.tidy(now.plus(DAY), null)).isTrue();

    assertThat(archive.files()).containsExactly(untouched);
    assertThat(all()).containsExactly("c/1");
    assertThat(writer.tidy(now.plus(DAY).plus(DAY), null)).as("nothing is left to do").isFalse();
  }

  @Test
  void whatIsArchivedAgainAfterItsDeletionIsThere() {
    add("a/1");
    delete("a/1");
    add("a/1");

    assertThat(archive.find(key("a/1"))).isPresent();
    assertThat(writer.tidy(now, null)).isTrue();
    restart();
    assertThat(all()).containsExactly("a/1");
    assertThat(entries()).isOne();
  }

  @Test
  void whatIsDeletedWhileFilesAreMergedIsNotInTheMergedOne() {
    for (int i = 1; i <= 8; i++) {
      add("a/" + i);
    }
    ArchiveWriter merging =
        writer(
            open(),
            () -> {
              delete("a/3"); // what is merged was read before
              return id();
            });

    assertThat(merging.compact()).isTrue();

    archive.refresh();
    assertThat(archive.files()).hasSize(1);
    assertThat(archive.find(key("a/3"))).isEmpty();
    assertThat(all()).doesNotContain("a/3").hasSize(7);
    assertThat(writer.tidy(now, null)).isTrue();
    assertThat(entries()).isEqualTo(7);
  }

  @Test
  void whatIsTooOldExpiresAndOnlyFilesWithSomeOfItAreWrittenAgain() {
    add("old");
    now = now.plus(DAY);
    add("old too");
    now = now.plus(DAY);
    add("new");
    EntryFileInfo young = archive.files().getLast();

    now = now.plus(DAY);
    assertThat(writer.tidy(now, DAY.multipliedBy(2))).isTrue();

    assertThat(all()).containsExactly("new", "old too");
    assertThat(archive.find(key("old"))).isEmpty();
    assertThat(archive.files()).hasSize(2).contains(young);
    assertThat(writer.tidy(now.plus(DAY), DAY.multipliedBy(10))).as("nothing comes back").isFalse();
    assertThat(archive.horizon()).hasValue(now.minus(DAY.multipliedBy(2)));
  }

  @Test
  void ofAMergedFileOnlyWhatIsTooOldExpires() {
    for (int i = 1; i <= 8; i++) {
      add("a/" + i);
      now = now.plus(DAY);
    }
    assertThat(writer.compact()).isTrue();
    assertThat(archive.files()).hasSize(1);

    assertThat(writer.tidy(now, DAY.multipliedBy(4))).isTrue();

    assertThat(all()).containsExactly("a/5", "a/6", "a/7", "a/8");
    assertThat(entries()).isEqualTo(4);
  }

  @Test
  void muchThatIsDeletedIsTakenOutAtOnce() {
    add(IntStream.range(0, 1_000).mapToObj(i -> "%04d".formatted(i)).toArray(String[]::new));
    assertThat(writer.tidy(now, DAY)).isFalse();
    delete("0000");
    assertThat(writer.tidy(now, null)).isTrue();

    delete(IntStream.range(1, 1_000).mapToObj(i -> "%04d".formatted(i)).toArray(String[]::new));
    assertThat(writer.tidy(now, null)).as("999").isFalse();
    add("again");
    delete("again");
    assertThat(writer.tidy(now, null)).as("1,000").isTrue();
    assertThat(archive.files()).isEmpty();
  }

  @Test
  void aProcessThatDiesWhileItTidiesLeavesWhatWasThereAndTheNextOneEndsIt() {
    int died = 0;
    for (int changes = 0; changes < 12; changes++) {
      now = now.plus(DAY);
      add("a/1", "b/1");
      add("a/2", "c/2");
      delete("a/");
      objects.dieAfter(changes / 2, changes % 2 == 0);
      try {
        boolean _ = writer.tidy(now, null);
      } catch (DyingStore.Died _) {
        died++;
      }
      restart();
      assertThat(all()).containsExactly("b/1", "c/2");
      now = now.plus(DAY);
      boolean _ = writer.tidy(now, null);
      assertThat(entries()).isEqualTo(2);
      delete("b/", "c/");
      now = now.plus(DAY);
      assertThat(writer.tidy(now, null)).isTrue();
      assertThat(archive.files()).isEmpty();
    }
    assertThat(died).isGreaterThan(5);
  }

  @Test
  void aFileThatIsGoneIsLeftAndThoseAfterItAreMerged() {
    add("gone");
    for (int i = 1; i <= 7; i++) {
      add("a/" + i);
    }
    EntryFileInfo gone = archive.files().getFirst();
    objects.delete(gone.path());
    restart();

    assertThatExceptionOfType(LostFileException.class).isThrownBy(() -> writer.compact());
    assertThat(writer.compact()).isFalse();
    add("a/8");
    assertThat(writer.compact()).isTrue();

    assertThat(archive.files()).hasSize(2).contains(gone);
    assertThat(archive.find(key("a/8"))).isPresent();
  }

  private void add(String... ids) {
    List<Change> changes = new ArrayList<>();
    for (String id : ids) {
      changes.add(Change.of(key(id), id.getBytes(UTF_8), now));
    }
    archive.refresh();
    assertThat(writer.add(changes, archive.positions(), new TreeMap<>())).isTrue();
  }

  private void delete(String... prefixes) {
    archive.refresh();
    List<EntryKey> keys = List.of(prefixes).stream().map(TidyingTest::key).toList();
    assertThat(writer.add(List.of(), keys, archive.positions(), new TreeMap<>())).isTrue();
  }

  private List<String> all() {
    List<String> all = new ArrayList<>();
    archive.from(key("\0")).forEachRemaining(entry -> all.add(entry.key().id()));
    return all;
  }

  /** How many there are in files, whoever reads them. */
  private long entries() {
    return archive.files().stream().mapToLong(EntryFileInfo::entries).sum();
  }

  private static EntryKey key(String id) {
    return new EntryKey("run", id);
  }
}
