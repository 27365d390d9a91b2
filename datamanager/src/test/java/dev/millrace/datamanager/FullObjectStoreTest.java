package dev.millrace.datamanager;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.bus.ledger.Timing;
import dev.millrace.bus.memory.MemoryBus;
import dev.millrace.bus.memory.MemoryTopics;
import dev.millrace.bus.memory.ThrowingFaults;
import dev.millrace.datamanager.checkpoints.LedgerCheckpoints;
import dev.millrace.datamanager.runs.RunArchive;
import dev.millrace.datamanager.runs.RunLedger;
import dev.millrace.events.RunId;
import dev.millrace.events.Topics;
import dev.millrace.events.run.Run;
import dev.millrace.storage.coordination.MemoryCoordinationStore;
import dev.millrace.storage.objects.PosixObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An object storage on a disk that has no room at all, for a while. */
final class FullObjectStoreTest {
  private static final int MANY = 10;
  private static final Duration CHECKPOINTS = Duration.ofMinutes(5);
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger ids = new AtomicInteger();
  private final MemoryTopics topics = new MemoryTopics(this::now);
  private final MemoryCoordinationStore coordination = new MemoryCoordinationStore(nanos::get);
  @TempDir Path directory;
  @TempDir Path other;
  private boolean mounted;

  @BeforeEach
  void mount() throws Exception {
    assumeTrue(
        "root".equals(System.getProperty("user.name")) || "true".equals(System.getenv("CI")),
        "this test needs root, to mount a disk");
    Topics.all().forEach(topic -> topics.create(topic.name(), 2));
    Files.createDirectory(disk());
    run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk().toString());
    mounted = true;
  }

  @AfterEach
  void unmount() throws Exception {
    if (mounted) {
      run("umount", "--lazy", disk().toString());
    }
  }

  private Path disk() {
    return directory.resolve("disk");
  }

  @Test
  void whatCannotBeWrittenIsWrittenOnceThereIsRoom() throws Exception {
    worksOnceThereIsRoom(Files.createDirectory(other.resolve("scratch")));
  }

  @Test
  void alsoIfFilesCannotEvenBePutTogether() throws Exception {
    worksOnceThereIsRoom(Files.createDirectory(disk().resolve("scratch")));
  }

  private void worksOnceThereIsRoom(Path scratch) throws Exception {
    try (var bus = new MemoryBus(topics);
        var objects = PosixObjectStore.open(disk().resolve("objects"), this::now, this::id)) {
      var ledger = new RunLedger(bus);
      var ports =
          new DataManagerVerticle.Ports(
              bus,
              objects,
              coordination,
              new Timing(this::now, nanos::get),
              this::id,
              new ThrowingFaults());
      var config =
          new DataManagerVerticle.Config(
              "one",
              scratch,
              MANY,
              Duration.ofMinutes(1),
              1 << 20,
              CHECKPOINTS,
              CHECKPOINTS,
              Retention.ofEvents(Duration.ZERO));
      try (var manager = new DataManager(config, ports, bus)) {
        ledger.runsEnd(MANY);
        steps(manager);
        Map<RunId, Run> before = archived(objects);
        assertThat(before).isEqualTo(ledger.ended).hasSize(MANY);

        Path ballast = fill();
        ledger.runsEnd(MANY);
        ledger.create();
        steps(manager);
        later(CHECKPOINTS);
        steps(manager);
        assertThat(archived(objects)).isEqualTo(before);
        assertThat(checkpoints(objects)).isZero();
        assertThat(unfinished(scratch)).isEmpty();

        Files.delete(ballast);
        later(CHECKPOINTS);
        steps(manager);
        assertThat(archived(objects)).isEqualTo(ledger.ended).hasSize(2 * MANY);
        assertThat(checkpoints(objects)).isOne();
        assertThat(unfinished(scratch)).isEmpty();
      }
    }
  }

  /** Not a byte is free. */
  private Path fill() throws IOException {
    Path ballast = disk().resolve("ballast");
    try (var out = Files.newOutputStream(ballast)) {
      byte[] zeros = new byte[4096];
      while (Files.getFileStore(disk()).getUsableSpace() > 0) {
        out.write(zeros);
      }
    }
    return ballast;
  }

  /** What somebody began to write and is not done with. */
  private List<String> unfinished(Path scratch) throws IOException {
    try (Stream<Path> incoming = Files.walk(disk().resolve("objects").resolve("incoming"));
        Stream<Path> scratched = Files.walk(scratch)) {
      return Stream.concat(incoming, scratched)
          .filter(Files::isRegularFile)
          .map(Path::toString)
          .toList();
    }
  }

  private Map<RunId, Run> archived(PosixObjectStore objects) {
    Map<RunId, Run> all = new HashMap<>();
    try (Stream<Run> runs =
        RunArchive.open(objects, coordination, this::id)
            .all(
                why -> {
                  throw why;
                })
            .runs()) {
      runs.forEach(run -> all.put(run.id(), run));
    }
    return all;
  }

  private int checkpoints(PosixObjectStore objects) {
    return LedgerCheckpoints.open(objects, coordination, this::id).store().kept().size();
  }

  private static void steps(DataManager manager) {
    for (int i = 0; i < 20; i++) {
      manager.step(Duration.ZERO);
    }
  }

  private void later(Duration by) {
    nanos.addAndGet(by.toNanos());
  }

  private Instant now() {
    return Instant.ofEpochSecond(0, nanos.get());
  }

  private String id() {
    return "o" + ids.incrementAndGet();
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }
}
