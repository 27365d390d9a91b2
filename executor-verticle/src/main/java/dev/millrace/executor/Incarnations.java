package dev.millrace.executor;

import dev.millrace.events.run.ExecutorRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The incarnations of one executor: each is greater than all that were given before, over restarts
 * too, as their number is kept in a file. Of the executor that has the file's directory locked, so
 * one thread at a time.
 *
 * <p>An executor whose count was lost begins again; it gets tasks once the lease of its last life
 * is over.
 */
public final class Incarnations implements Supplier<String> {
  private static final Logger LOG = LoggerFactory.getLogger(Incarnations.class);

  private static final long UNREAD = -1;

  private final Path file;
  private final Supplier<String> ids;
  private long life = UNREAD;

  /**
   * Goes on from what the file says when the first one is asked for; no file: from the beginning.
   *
   * @param ids makes ids, never one twice
   */
  public Incarnations(Path file, Supplier<String> ids) {
    this.file = file;
    this.ids = ids;
  }

  /**
   * The next one. If its number cannot be kept, which a full disk does, it is given all the same.
   *
   * @throws UncheckedIOException if there is a file that cannot be read, or holds no number
   */
  @Override
  public String get() {
    life = (life == UNREAD ? read() : life) + 1;
    try {
      keep();
    } catch (IOException e) {
      LOG.warn("cannot keep the number of this executor's lives", e);
    }
    return ExecutorRef.incarnation(life, ids.get());
  }

  private long read() {
    try {
      return Long.parseLong(Files.readString(file).strip());
    } catch (NoSuchFileException e) {
      return 0;
    } catch (NumberFormatException e) {
      throw unreadable("holds no number of lives of an executor", new IOException(e));
    } catch (IOException e) {
      throw unreadable("cannot be read: " + e.getMessage(), e);
    }
  }

  private UncheckedIOException unreadable(String why, IOException cause) {
    return new UncheckedIOException(file + " " + why, cause);
  }

  // Under another name first: a crash must not leave half a number.
  private void keep() throws IOException {
    Path draft = file.resolveSibling(file.getFileName() + ".new");
    try (var channel =
        FileChannel.open(
            draft,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      var bytes = ByteBuffer.wrap(Long.toString(life).getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
