package dev.millrace.storage.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.storage.entries.Entry;
import dev.millrace.storage.entries.EntryKey;
import dev.millrace.storage.entries.EntryWriter;
import dev.millrace.storage.objects.MemoryObjectStore;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunRowTest {
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  @TempDir private Path scratch;

  private static IndexedRun run(Random random, int number) {
    Instant created = BEGIN.plusSeconds(60L * number).plusMillis(random.nextInt(60_000));
    Instant started = random.nextInt(20) == 0 ? null : created.plusMillis(random.nextInt(9_000));
    return new IndexedRun(
        "/project/p%d/branch/b%%2F%d".formatted(number % 40, random.nextInt(10)),
        number,
        "pipeline " + random.nextInt(200),
        started == null ? "cancelled" : "finished",
        started == null ? "unknown" : random.nextInt(5) == 0 ? "failed" : "success",
        created,
        started,
        created.plusMillis(random.nextInt(900_000)),
        maybe(random, "b/" + random.nextInt(10)),
        maybe(random, "Ada Ünal " + random.nextInt(500)),
        maybe(random, "push"));
  }

  private static @Nullable String maybe(Random random, String text) {
    return random.nextInt(10) == 0 ? null : text;
  }

  @Test
  void aRunComesBackAsItWas() {
    var random = new Random(1);
    for (int i = 0; i < 1_000; i++) {
      IndexedRun run = run(random, i);
      assertThat(RunRow.read(RunRow.write(run))).isEqualTo(run);
    }
    var early =
        new IndexedRun(
            "/user/u",
            Long.MAX_VALUE,
            "",
            "setuperror",
            "unknown",
            Instant.ofEpochMilli(-5),
            Instant.ofEpochMilli(-900),
            null,
            null,
            null,
            "");
    assertThat(RunRow.read(RunRow.write(early))).isEqualTo(early);
  }

  @Test
  void whatIsOfALaterFormatOrCutIsRefused() {
    byte[] row = RunRow.write(run(new Random(2), 1));
    for (int length = 0; length < row.length; length++) {
      byte[] cut = Arrays.copyOf(row, length);
      assertThatExceptionOfType(UnreadableRowException.class).isThrownBy(() -> RunRow.read(cut));
    }
    row[0]++;
    assertThatExceptionOfType(UnreadableRowException.class)
        .isThrownBy(() -> RunRow.read(row))
        .withMessage("a row of the index of runs cannot be read: format 2 is not known here");
  }

  @Test
  void aThousandRunsAreAFileOfFewKilobytes() {
    var random = new Random(3);
    Stream<Entry> rows =
        IntStream.range(0, 1_000)
            .mapToObj(i -> run(random, i))
            .map(run -> new Entry(key(run), RunRow.write(run)))
            .sorted((x, y) -> x.key().compareTo(y.key()));
    var files =
        new EntryWriter(new MemoryObjectStore(() -> BEGIN), scratch, () -> "dump", 1 << 20)
            .write(rows.iterator());

    System.out.printf("%d bytes%n", files.getFirst().size());
    assertThat(files).hasSize(1);
    assertThat(files.getFirst().size()).isLessThan(60_000);
  }

  private static EntryKey key(IndexedRun run) {
    return new EntryKey("row", "project/p%d/%019d".formatted(run.number() % 40, run.number()));
  }
}
