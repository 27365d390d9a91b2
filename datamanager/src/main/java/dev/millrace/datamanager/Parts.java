package dev.millrace.datamanager;

import dev.millrace.bus.Bus;
import dev.millrace.bus.ledger.LedgerFollower;
import dev.millrace.bus.ledger.LedgerSettings;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.Starts;
import dev.millrace.datamanager.DataManagerVerticle.Config;
import dev.millrace.datamanager.DataManagerVerticle.Ports;
import dev.millrace.datamanager.checkpoints.LedgerCheckpoints;
import dev.millrace.datamanager.checkpoints.Trimmer;
import dev.millrace.datamanager.logs.LogArchive;
import dev.millrace.datamanager.runs.RunArchive;
import dev.millrace.datamanager.runs.RunArchiver;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.Runs;
import dev.millrace.storage.archive.Archive;
import dev.millrace.storage.archive.ArchiveWriter;
import dev.millrace.storage.entries.EntryWriter;
import dev.millrace.storage.manifests.Sweep;
import java.util.List;
import java.util.function.Consumer;

/**
 * Makes the parts of which a datamanager consists. The simulation replaces one by a broken one, to
 * see that it would notice.
 */
class Parts {
  private static final long WAITING = 256 << 20;

  private final Config config;
  private final Ports ports;
  private final Bus bus;

  Parts(Config config, Ports ports, Bus bus) {
    this.config = config;
    this.ports = ports;
    this.bus = bus;
  }

  /** What writes entry files into the folder. */
  final EntryWriter files(String folder) {
    return new EntryWriter(
        ports.objects(),
        config.scratch(),
        () -> folder + ports.ids().get(),
        EntryWriter.DEFAULT_SIZE);
  }

  ArchiveWriter writer(Archive archive, String folder) {
    return new ArchiveWriter(
        archive,
        ports.objects(),
        files(folder),
        EntryWriter.DEFAULT_SIZE / 2,
        ports.timing().nanos());
  }

  LedgerCheckpoints checkpoints() {
    return LedgerCheckpoints.open(ports.objects(), ports.coordination(), ports.ids());
  }

  /** What reads the ledger of runs, and remembers what those who answer have to. */
  LedgerFollower<Runs, RunEvent> follower(Starts<Runs> starts) {
    return new LedgerFollower<>(
        bus,
        Ledgers.RUNS,
        "archiver",
        ports.timing(),
        LedgerSettings.DEFAULT,
        ports.faults(),
        starts);
  }

  RunArchiver archiver(
      RunArchive archive,
      ArchiveWriter writer,
      LedgerCheckpoints checkpoints,
      RunArchiver.Listener listener,
      Consumer<List<RunEvent.OfEnded>> logs) {
    return new RunArchiver(
        settings(),
        bus,
        archive,
        writer,
        ports.timing(),
        this::follower,
        checkpoints,
        listener,
        logs);
  }

  final RunArchiver.Settings settings() {
    return new RunArchiver.Settings(config.runs(), config.age(), WAITING);
  }

  Trimmer trimmer(LedgerCheckpoints checkpoints, LogArchive logs) {
    return new Trimmer(bus, checkpoints, logs, config.retention().events());
  }

  Sweep sweep(Sweep.Counting manifest, String folder) {
    return new Sweep(manifest, ports.objects(), folder);
  }
}
