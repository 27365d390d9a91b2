package dev.millrace.launcher.server;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where a server keeps everything. One server at a time has it; nobody but its owner may look. */
public final class DataDirectory implements AutoCloseable {
  private static final String LOCK = "lock";
  private static final String PID = "pid";
  private static final int LOOKS = 10;
  private static final long LOOK_NANOS = 20_000_000;
  private static final int ANY = 0;

  private final Path root;
  private final FileChannel channel;
  private final FileLock lock;

  private DataDirectory(Path root, FileChannel channel, FileLock lock) {
    this.root = root;
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * Takes the directory for this process, making it if it is not there, and brings it to the layout
   * of this build.
   *
   * @throws StartException if another process has it, it is of a newer layout, or the disk does not
   *     let it; the message says what to do
   */
  public static DataDirectory take(Path root) throws StartException {
    try {
      makePrivate(root);
      var channel =
          FileChannel.open(root.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = lock(channel);
      if (lock == null) {
        channel.close();
        throw new StartException(
            "another millrace (process %s) uses %s already; stop it with `millrace down`, or choose"
                    .formatted(pid(root).map(Object::toString).orElse("of unknown id"), root)
                + " another directory with --data-dir");
      }
      var taken = new DataDirectory(root, channel, lock);
      taken.bringUpToDate();
      taken.write(PID, Long.toString(ProcessHandle.current().pid()));
      return taken;
    } catch (IOException e) {
      throw new StartException("cannot use the data directory " + root + ": " + why(e), e);
    }
  }

  private void bringUpToDate() throws IOException, StartException {
    try {
      Formats.of(root).bringUpToDate();
    } catch (IOException | StartException | RuntimeException e) {
      lock.release();
      channel.close();
      throw e;
    }
  }

  // Somebody who only looks (see owner) holds the lock for a moment too.
  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    FileLock lock = tryLock(channel);
    for (int i = 0; lock == null && i < LOOKS; i++) {
      LockSupport.parkNanos(LOOK_NANOS);
      lock = tryLock(channel);
    }
    return lock;
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // this very process has it
    }
  }

  /** The process that has the directory now; empty if none has. */
  public static Optional<Long> owner(Path root) {
    if (!Files.exists(root.resolve(LOCK))) {
      return Optional.empty();
    }
    try (var channel = FileChannel.open(root.resolve(LOCK), StandardOpenOption.WRITE);
        var lock = tryLock(channel)) {
      return lock == null ? pid(root) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<Long> pid(Path root) {
    try {
      return Optional.of(Long.parseLong(Files.readString(root.resolve(PID)).strip()));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  public Path root() {
    return root;
  }

  /** A directory in it, made if it is not there. */
  public Path directory(String name) throws IOException {
    Path directory = root.resolve(name);
    makePrivate(directory);
    return directory;
  }

  /** The secret of this name, made and stored first if there is none yet. */
  public String secret(String name, Supplier<String> made) throws IOException {
    Path directory = directory("secrets");
    Path file = directory.resolve(name);
    try {
      return Files.readString(file).strip();
    } catch (NoSuchFileException e) {
      writePrivate(file, made.get());
      return Files.readString(file).strip();
    }
  }

  /**
   * A free port of the loopback. It is the same at each start, unless somebody else has taken it:
   * parts of the server that run apart find it again after it was started anew.
   */
  int port(String name) throws IOException {
    directory("ports");
    String file = "ports/" + name;
    int port = free(last(root.resolve(file)));
    write(file, Integer.toString(port));
    return port;
  }

  private static int last(Path file) throws IOException {
    try {
      return Integer.parseInt(Files.readString(file).strip());
    } catch (NoSuchFileException | NumberFormatException e) {
      return ANY;
    }
  }

  private static int free(int wanted) throws IOException {
    try (var socket = new ServerSocket(wanted, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    } catch (BindException e) {
      if (wanted == ANY) {
        throw e;
      }
      return free(ANY);
    }
  }

  /** Replaces a file, wholly or not at all; only the owner may read it. */
  public void write(String name, String content) throws IOException {
    writePrivate(root.resolve(name), content);
  }

  /** Removes a file, if it is there. */
  public void remove(String name) throws IOException {
    Files.deleteIfExists(root.resolve(name));
  }

  static void makePrivate(Path directory) throws IOException {
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  // Under another name first: a crash must not leave half a file.
  static void writePrivate(Path file, String content) throws IOException {
    var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    Path draft =
        Files.createTempFile(file.toAbsolutePath().getParent(), file.getFileName() + "-", "", mode);
    try (var channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
      var bytes = StandardCharsets.UTF_8.encode(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
  }

  static String why(IOException e) {
    return e instanceof java.nio.file.AccessDeniedException
        ? "permission denied"
        : String.valueOf(e.getMessage());
  }

  /** Gives the directory back. */
  @Override
  public void close() throws IOException {
    remove(PID);
    lock.release();
    channel.close();
  }
}
