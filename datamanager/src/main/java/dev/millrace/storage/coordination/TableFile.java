package dev.millrace.storage.coordination;

import dev.millrace.storage.coordination.CoordinationStore.Versioned;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A table as a file. It is replaced as a whole: after a crash it is the table before or after a
 * change.
 */
final class TableFile {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path directory;
  private final Path file;
  private final Path next;

  TableFile(Path directory) {
    this.directory = directory;
    this.file = directory.resolve("coordination.json");
    this.next = directory.resolve("coordination.json.next");
  }

  private record Content(
      @Nullable Integer format,
      @Nullable Long revision,
      @Nullable SortedMap<String, Entry> entries) {}

  private record Entry(long version, byte[] value) {}

  Table read() {
    if (!Files.exists(file)) {
      return Table.EMPTY;
    }
    try {
      Content content = JSON.readValue(Files.readAllBytes(file), Content.class);
      if (content == null
          || content.format() == null
          || content.format() != 1
          || content.revision() == null
          || content.entries() == null) {
        throw new CoordinationException(file + " is not of a format that is known here", null);
      }
      var entries = new TreeMap<String, Versioned>();
      content
          .entries()
          .forEach((key, entry) -> entries.put(key, new Versioned(entry.version(), entry.value())));
      return new Table(content.revision(), entries);
    } catch (IOException | JacksonException e) {
      throw new CoordinationException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  void write(Table table) {
    var entries = new TreeMap<String, Entry>();
    table
        .entries()
        .forEach((key, stored) -> entries.put(key, new Entry(stored.version(), stored.value())));
    byte[] bytes = JSON.writeValueAsBytes(new Content(1, table.revision(), entries));
    try {
      try (var channel =
          FileChannel.open(
              next,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        var buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
        channel.force(true);
      }
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    } catch (IOException e) {
      throw new CoordinationException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }
}
