package dev.millrace.datamanager;

import static dev.millrace.datamanager.MemoryInstallation.MANY;
import static dev.millrace.datamanager.MemoryInstallation.steps;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.datamanager.checkpoints.LedgerCheckpoints;
import dev.millrace.datamanager.runs.RunArchive;
import dev.millrace.datamanager.runs.RunLedger;
import dev.millrace.events.RunId;
import dev.millrace.events.run.Run;
import dev.millrace.storage.objects.PosixObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An object storage on a disk that has no room at all, for a while. */
final class FullObjectStoreTest {
  private static final Duration CHECKPOINTS = Duration.ofMinutes(5);
  @AutoClose private final MemoryInstallation here = new MemoryInstallation(2);
  @TempDir Path directory;
  @TempDir Path other;
  private boolean mounted;

  FullObjectStoreTest() {
    here.checkpointEvery = CHECKPOINTS;
    here.dumpEvery = CHECKPOINTS;
    here.retention = Retention.ofEvents(Duration.ZERO);
  }

  @BeforeEach
  void mount() throws Exception {
    assumeTrue(
        "root".equals(System.getProperty("user.name")) || "true".equals(System.getenv("CI")),
        "this test needs root, to mount a disk");
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
    try (var objects = PosixObjectStore.open(disk().resolve("objects"), here::now, here::id)) {
      var ledger = new RunLedger(here.bus);
      try (var manager = here.manager(scratch, objects)) {
        ledger.runsEnd(MANY);
        steps(manager);
        Map<RunId, Run> before = archived(objects);
        assertThat(before).isEqualTo(ledger.ended).hasSize(MANY);

        Path ballast = fill();
        ledger.runsEnd(MANY);
        ledger.create();
        steps(manager);
        here.later(CHECKPOINTS);
        steps(manager);
        assertThat(archived(objects)).isEqualTo(before);
        assertThat(checkpoints(objects)).isZero();
        assertThat(unfinished(scratch)).isEmpty();

        Files.delete(ballast);
        here.later(CHECKPOINTS);
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
    return MemoryInstallation.archived(RunArchive.open(objects, here.coordination, here::id));
  }

  private int checkpoints(PosixObjectStore objects) {
    return LedgerCheckpoints.open(objects, here.coordination, here::id).store().kept().size();
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }
}
