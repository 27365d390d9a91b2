package dev.millrace.launcher.server;

import dev.millrace.bus.BusException;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.datamanager.checkpoints.LedgerCheckpoints;
import dev.millrace.datamanager.rebuild.Rebuild;
import dev.millrace.datamanager.rebuild.ViewComparison;
import dev.millrace.datamanager.runs.RunArchive;
import dev.millrace.runservice.stored.IndexRebuild;
import dev.millrace.storage.StorageException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.Consumer;

/** Makes every view of a server that is stopped again. */
public final class Rebuilding {
  private static final Duration PATIENCE = Duration.ofHours(1);

  private Rebuilding() {}

  /**
   * Compares each view with what is made anew.
   *
   * @param replace puts the new index in the place of the old one, if they differ
   * @param told hears of each view once it is compared
   * @throws StartException if something cannot be opened or read; the message says what
   */
  public static void of(ServerOptions options, boolean replace, Consumer<ViewComparison> told)
      throws StartException {
    var random = new Randomness();
    try (var stopped = StoppedServer.open(options, random)) {
      var objects = stopped.storage().objects();
      var coordination = stopped.storage().coordination();
      var archive = RunArchive.open(objects, coordination, random.ids());
      var rebuild =
          new Rebuild(
              stopped.bus(),
              LedgerCheckpoints.open(objects, coordination, random.ids()),
              archive,
              Timing.system(),
              new Faults(),
              PATIENCE);
      rebuild.compare().forEach(told);
      var index = new IndexRebuild(archive, stopped.data().root().resolve("index"));
      ViewComparison compared =
          index.compare(
              stopped.bus().partitions(Ledgers.RUNS.events().name()),
              (run, upTo) -> rebuild.changedSince(run.id(), upTo));
      told.accept(compared);
      if (!replace || compared.isEqual()) {
        index.discard();
      } else if (index.isWhole()) {
        index.replace();
      } else {
        index.discard();
        throw new StartException(
            "the archive has files that cannot be read, which `millrace doctor --read` names, and"
                + " the old index lists their runs: it is not replaced");
      }
    } catch (BusException | StorageException | UncheckedIOException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
  }
}
