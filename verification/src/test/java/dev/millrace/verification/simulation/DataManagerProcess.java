package dev.millrace.verification.simulation;

import dev.millrace.bus.BusException;
import dev.millrace.bus.ledger.Checkpoint;
import dev.millrace.datamanager.DataManagerVerticle;
import dev.millrace.datamanager.Retention;
import dev.millrace.datamanager.SteppedDataManager;
import dev.millrace.events.Topics;
import dev.millrace.events.run.Runs;
import dev.millrace.storage.StorageException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One life of a datamanager. */
final class DataManagerProcess extends ReadingProcess {
  private static final long LOG_BYTES = 1 << 20; // logs are not archived here
  private static final int RUNS = 4;
  private static final Duration ARCHIVE_AGE = Duration.ofMinutes(3);
  private static final Duration CHECKPOINTS = Duration.ofMinutes(12);
  private static final Duration DUMPS = Duration.ofMinutes(15);
  private static final Duration RETENTION = Duration.ofMinutes(50);

  private @Nullable SteppedDataManager manager;

  DataManagerProcess(World world, int number, int life) {
    super(world, "datamanager-" + number, life, /* forgets= */ false);
    bus.blocking(world.storage);
  }

  @Override
  void step() {
    if (manager == null && bus.partitions(Topics.RUN_EVENTS.name()) != World.PARTITIONS) {
      die(); // a server does not start with another count
      return;
    }
    if (manager == null) {
      try {
        manager = open();
      } catch (StorageException | UncheckedIOException | BusException e) {
        giveUp(e);
        return;
      }
    }
    manager.step();
    check();
  }

  private SteppedDataManager open() {
    var config =
        new DataManagerVerticle.Config(
            name,
            world.storage.disk(slot, "scratch"),
            RUNS,
            ARCHIVE_AGE,
            LOG_BYTES,
            CHECKPOINTS,
            DUMPS,
            Retention.ofEvents(RETENTION));
    var ports =
        new DataManagerVerticle.Ports(
            bus,
            world.mutation.objects(world.storage, this),
            world.storage.keys.of(this),
            world.storage.timing(this),
            world::id,
            new SimpleMeterRegistry(),
            this);
    var around =
        new SteppedDataManager.Around(
            starts ->
                pieces.follower(bus, kind(), name, timing(), settings(), this, noting(starts)),
            (p, whole) -> world.mutation.checkpoint(world, p, whole),
            p -> {
              var copy = MutationsOfStorage.workingCopy(world, p);
              return copy == null ? -1 : copy.command();
            });
    return new SteppedDataManager(config, ports, around, world.mutation.breach());
  }

  @Override
  Checkpoint<Runs> checkpoint(int partition) {
    return manager == null ? Checkpoint.empty(Runs.EMPTY) : manager.checkpoint(partition);
  }
}
