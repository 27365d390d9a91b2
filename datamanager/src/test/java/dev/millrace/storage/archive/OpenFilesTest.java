package dev.millrace.storage.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.storage.entries.Entry;
import dev.millrace.storage.entries.EntryFileInfo;
import dev.millrace.storage.entries.EntryKey;
import dev.millrace.storage.entries.EntryWriter;
import dev.millrace.storage.objects.ForwardingStore;
import dev.millrace.storage.objects.MemoryObjectStore;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OpenFilesTest {
  private static final EntryKey KEY = new EntryKey("run", "1");

  @TempDir Path scratch;
  private final AtomicInteger reads = new AtomicInteger();
  private final ForwardingStore objects =
      new ForwardingStore(new MemoryObjectStore(InstantSource.system())) {
        @Override
        public InputStream read(String path, long offset, long length) {
          reads.incrementAndGet();
          return super.read(path, offset, length);
        }
      };

  @Test
  void aFileThatIsOpenIsNotReadAgain() {
    EntryFileInfo file = write(1).getFirst();
    var open = new OpenFiles(objects, 1 << 20);

    for (int i = 0; i < 3; i++) {
      assertThat(open.find(file, KEY)).hasValue("value".getBytes(UTF_8));
    }
    assertThat(reads).as("the index, and three times the entry").hasValue(4);
  }

  @Test
  void onlySoManyBytesOfIndexesStayAndTheOthersAreReadAgain() {
    List<EntryFileInfo> files = write(50);
    long each = files.getFirst().indexLength();
    var open = new OpenFiles(objects, 10 * each);
    files.forEach(file -> open.find(file, KEY));
    reads.set(0);

    for (EntryFileInfo file : files) {
      assertThat(open.find(file, KEY)).hasValue("value".getBytes(UTF_8));
    }

    int opened = reads.get() - files.size(); // each was read once to find the entry
    assertThat(opened).isBetween(40, 50);
  }

  @Test
  void aFileThatDoesNotCountAnyMoreIsClosed() {
    List<EntryFileInfo> files = write(2);
    var open = new OpenFiles(objects, 1 << 20);
    files.forEach(file -> open.find(file, KEY));

    open.retain(files.subList(1, 2));
    reads.set(0);
    files.forEach(file -> open.find(file, KEY));

    assertThat(reads).as("an index, and two entries").hasValue(3);
  }

  private List<EntryFileInfo> write(int count) {
    var ids = new AtomicInteger();
    var writer = new EntryWriter(objects, scratch, () -> "f/" + ids.incrementAndGet(), 64 << 10);
    return IntStream.range(0, count)
        .mapToObj(_ -> writer.writeOne(List.of(new Entry(KEY, "value".getBytes(UTF_8))).iterator()))
        .toList();
  }
}
