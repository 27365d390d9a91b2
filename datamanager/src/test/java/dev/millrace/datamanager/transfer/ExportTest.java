package dev.millrace.datamanager.transfer;

import static dev.millrace.datamanager.MemoryInstallation.paths;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.memory.MemoryBus;
import dev.millrace.bus.memory.MemoryCoordination;
import dev.millrace.datamanager.DataManagerByHand;
import dev.millrace.datamanager.MemoryInstallation;
import dev.millrace.datamanager.Retention;
import dev.millrace.datamanager.checkpoints.LedgerCheckpoints;
import dev.millrace.datamanager.recovery.Recovery;
import dev.millrace.datamanager.recovery.RecoveryException;
import dev.millrace.datamanager.runs.RunArchive;
import dev.millrace.datamanager.runs.RunLedger;
import dev.millrace.events.RunId;
import dev.millrace.events.run.Run;
import dev.millrace.storage.coordination.MemoryCoordinationStore;
import dev.millrace.storage.objects.MemoryObjectStore;
import dev.millrace.storage.objects.ObjectStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All that is kept, in one archive, and put in elsewhere. */
final class ExportTest {
  private static final int PARTITIONS = 3;
  @AutoClose private final MemoryInstallation here = new MemoryInstallation(PARTITIONS);
  private final RunLedger ledger = new RunLedger(here.bus);
  private final Parts parts = new Parts();
  @TempDir Path scratch;

  ExportTest() {
    here.runs = 1;
    here.age = Duration.ZERO;
    here.retention = Retention.ofEvents(Duration.ofDays(99));
  }

  /** What belongs to an installation beside. */
  private static final class Parts implements Extras {
    final Map<String, String> all = new TreeMap<>();

    @Override
    public List<String> names() {
      return List.copyOf(all.keySet());
    }

    @Override
    public void write(String name, OutputStream to) throws IOException {
      to.write(all.getOrDefault(name, "").getBytes(UTF_8));
    }

    @Override
    public void read(String name, InputStream from) throws IOException {
      all.put(name, new String(from.readAllBytes(), UTF_8));
    }
  }

  private byte[] export() throws Exception {
    try (var manager = new DataManagerByHand(here.config(scratch), parts, here.ports())) {
      var out = new ByteArrayOutputStream();
      try (Export export = manager.exportNow()) {
        ledger.runsEnd(5); // is not in it any more
        for (int i = 0; i < 10; i++) {
          manager.step();
        }
        export.writeTo(out);
      }
      return out.toByteArray();
    }
  }

  private Map<RunId, Run> archived(ObjectStore store) {
    var fresh = new MemoryCoordinationStore(here.timing().nanos());
    return MemoryInstallation.archived(RunArchive.open(store, fresh, here::id));
  }

  @Test
  void anInstallationGoesOnElsewhereAsItWasAtTheExport() throws Exception {
    ledger.runsEnd(20);
    RunId waits = ledger.create();
    parts.all.put("repositories/a.bundle", "all of it");
    parts.all.put("repositories/none.bundle", "");
    Map<RunId, Run> ended = Map.copyOf(ledger.ended);
    byte[] export = export();

    var there = new MemoryObjectStore(here::now);
    var partsThere = new Parts();
    Instant at = Import.read(new ByteArrayInputStream(export), there, partsThere);
    assertThat(at).isEqualTo(here.now());
    assertThat(archived(there)).isEqualTo(ended);
    assertThat(partsThere.all).containsOnly(Map.entry("repositories/a.bundle", "all of it"));

    var busThere = new MemoryBus(here.emptyTopics(PARTITIONS));
    var coordinationThere = new MemoryCoordinationStore(here.timing().nanos());
    var recovery =
        new Recovery(
            new Recovery.Ports(
                busThere,
                there,
                coordinationThere,
                new MemoryCoordination(true),
                "import",
                here.timing(),
                here::id,
                scratch));
    recovery.goOn(recovery.examine(), "imported", 0);
    assertThat(recovery.examine().all()).isEmpty();
    var state =
        LedgerCheckpoints.open(there, coordinationThere, here::id)
            .newest(Ledgers.RUNS)
            .start(ledger.partition(waits))
            .fold()
            .state();
    assertThat(state.active().values()).containsExactly(waits);
    assertThat(state.root(waits.root()).lastNumber()).isEqualTo(waits.number());
  }

  @Test
  void tarReadsIt() throws Exception {
    ledger.runsEnd(3);
    Path file = scratch.resolve("export.tar");
    Files.write(file, export());

    var tar = new ProcessBuilder("tar", "tf", file.toString()).redirectErrorStream(true).start();
    String listed = new String(tar.getInputStream().readAllBytes(), UTF_8);
    assertThat(tar.waitFor()).as(listed).isZero();
    assertThat(listed.lines().toList())
        .startsWith("export.json")
        .endsWith("digests.json")
        .anyMatch(line -> line.startsWith("objects/archive/runs/"))
        .anyMatch(line -> line.startsWith("objects/checkpoints/"))
        .anyMatch(line -> line.startsWith("objects/manifests/runs/"));
  }

  @Test
  void whateverIsCutOffIsRefusedAndNothingIsThere() throws Exception {
    ledger.runsEnd(6);
    byte[] export = export();
    long padding = Tar.padding(files(export).getLast().size());
    int whole = (int) (export.length - 2 * Tar.BLOCK - padding);
    var random = new Random(7);
    for (int i = 0; i < 300; i++) {
      int length = random.nextInt(whole);
      var there = new MemoryObjectStore(here::now);

      assertThatThrownBy(
              () ->
                  Import.read(
                      new ByteArrayInputStream(Arrays.copyOf(export, length)), there, new Parts()))
          .as("cut to %d of %d bytes", length, export.length)
          .isInstanceOf(RecoveryException.class);
      assertThat(paths(there, "")).isEmpty();
    }
  }

  @Test
  void whateverIsDamagedIsRefusedByItsNameAndNothingIsThere() throws Exception {
    ledger.runsEnd(6);
    byte[] export = export();
    List<Tar> files = files(export);
    var random = new Random(8);
    int at = 0;
    for (Tar file : files) {
      int body = at + Tar.BLOCK;
      byte[] damaged = export.clone();
      damaged[body + random.nextInt((int) file.size())] ^= (byte) (1 << random.nextInt(8));
      var there = new MemoryObjectStore(here::now);

      assertThatThrownBy(() -> Import.read(new ByteArrayInputStream(damaged), there, new Parts()))
          .as(file.name())
          .isInstanceOf(RecoveryException.class)
          .hasMessageContaining(file.name());
      assertThat(paths(there, "")).isEmpty();
      at = body + (int) file.size() + Tar.padding(file.size());
    }
    assertThat(files).hasSizeGreaterThan(5);
  }

  private static List<Tar> files(byte[] export) {
    List<Tar> files = new ArrayList<>();
    int at = 0;
    for (Tar file = head(export, at); file != null; file = head(export, at)) {
      files.add(file);
      at += Tar.BLOCK + (int) file.size() + Tar.padding(file.size());
    }
    return files;
  }

  private static @Nullable Tar head(byte[] export, int at) {
    return Tar.read(Arrays.copyOfRange(export, at, at + Tar.BLOCK));
  }

  @Test
  void anExportOfALaterFormatIsRefused() throws Exception {
    byte[] export = export();
    String head = new String(export, Tar.BLOCK, 20, UTF_8);
    assertThat(head).startsWith("{\"format\":1,");
    export[Tar.BLOCK + "{\"format\":".length()] = '2';

    assertThatThrownBy(
            () ->
                Import.read(
                    new ByteArrayInputStream(export), new MemoryObjectStore(here::now), parts))
        .isInstanceOf(RecoveryException.class)
        .hasMessageContaining("a newer Millrace is needed");
  }

  @Test
  void aFileThatIsMissingIsNamedBeforeAnythingIsWritten() throws Exception {
    ledger.runsEnd(6);
    export();
    String lost =
        paths(here.objects, "").stream()
            .filter(path -> path.startsWith("archive/runs/"))
            .findFirst()
            .get();
    here.objects.delete(lost);

    assertThatThrownBy(this::export).hasMessageContaining(lost);
  }

  @Test
  void sizesFromEightGibibytesOnAreWrittenAsTarReadsThem() {
    var large = new Tar("objects/large", 12L << 30);
    assertThat(Tar.read(large.write())).isEqualTo(large);
    var deep = new Tar("x".repeat(60) + "/" + "y".repeat(60) + "/" + "z".repeat(60), 1);
    assertThat(Tar.read(deep.write())).isEqualTo(deep);
  }
}
