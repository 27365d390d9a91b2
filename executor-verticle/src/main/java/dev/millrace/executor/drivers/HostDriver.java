package dev.millrace.executor.drivers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs steps as processes of this machine, in bubblewrap where it is there. A folder belongs to one
 * living driver.
 */
public final class HostDriver implements Driver {
  private static final Logger LOG = LoggerFactory.getLogger(HostDriver.class);

  private final HostSettings settings;
  private final int life;
  private final AtomicInteger steps = new AtomicInteger();
  private final AtomicInteger places = new AtomicInteger();
  private final HostThreads threads = new HostThreads();

  private @Nullable Running running;

  // What there is from start to close.
  private record Running(
      Path work, FileChannel lock, Launcher launcher, Watchdog watchdog, Trash trash) {}

  /**
   * Makes a driver.
   *
   * @param random names this life of it
   */
  public HostDriver(HostSettings settings, RandomGenerator random) {
    this.settings = settings;
    this.life = random.nextInt(100_000_000, 1_000_000_000);
  }

  @Override
  public String name() {
    return "host";
  }

  @Override
  public void start() {
    try {
      Files.createDirectories(settings.work());
      Path work = settings.work().toRealPath();
      Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwx------"));
      FileChannel lock = lock(work);
      Lives lives = new Lives(work.resolve("lives"));
      lives.endAll();
      lives.begin(life);
      Trash trash = new Trash(work.resolve("trash"), threads);
      List<Path> folders = List.of(work.resolve("workspaces"), work.resolve("control"));
      for (Path folder : folders) {
        trash.take(folder);
        Files.createDirectory(folder);
      }
      threads.workers().execute(() -> Spread.over(folders));
      Spawner spawner = Spawner.here(threads.workers());
      Launcher launcher =
          new Isolating(settings, work, Isolating.bubblewrap(), spawner).launcher(trash);
      running =
          new Running(work, lock, launcher, new Watchdog(work, life, Launcher.session()), trash);
      LOG.info("host driver runs steps {}", launcher.sandboxed() ? "in bubblewrap" : "unsandboxed");
    } catch (IOException | UncheckedIOException e) {
      throw new DriverException("cannot work in " + settings.work() + ": " + e.getMessage(), e);
    }
  }

  /** Whether steps run in the sandbox; once started. */
  public boolean sandboxed() {
    return running().launcher().sandboxed();
  }

  @Override
  public CompletionStage<Workspace> prepare() {
    Running now = running();
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            Place place = Place.make(now.work(), "w" + places.incrementAndGet());
            now.launcher().furnish(place);
            now.watchdog().busier();
            return new HostWorkspace(place, this::mark, now.launcher(), threads, () -> gone(place));
          } catch (IOException e) {
            throw new DriverException("no workspace can be made: " + e.getMessage(), e);
          }
        },
        threads.starters());
  }

  @Override
  public void holdUntil(Duration deadline) {
    running().watchdog().holdUntil(deadline);
  }

  @Override
  public void close() {
    Running now = running;
    if (now == null) {
      threads.close();
      return;
    }
    running = null;
    Processes.end(Mark.ofLife(life));
    now.watchdog().close();
    threads.close();
    try {
      now.lock().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Mark mark() {
    return Mark.of(life, steps.incrementAndGet());
  }

  private void gone(Place place) throws IOException {
    Running now = running();
    now.watchdog().idler();
    now.trash().take(place.root());
    now.trash().take(place.control());
  }

  private Running running() {
    Running now = running;
    if (now == null) {
      throw new DriverException("the host driver is not started", null);
    }
    return now;
  }

  private static FileChannel lock(Path work) throws IOException {
    FileChannel channel =
        FileChannel.open(work.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!locked(channel)) {
      channel.close();
      throw new DriverException("another executor works in " + work, null);
    }
    return channel;
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException _) {
      return false; // by this very process
    }
  }
}
