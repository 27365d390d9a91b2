package dev.millrace.datamanager;

import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Checkpoint;
import dev.millrace.bus.ledger.LedgerFollower;
import dev.millrace.bus.ledger.Starts;
import dev.millrace.datamanager.DataManagerVerticle.Config;
import dev.millrace.datamanager.DataManagerVerticle.Ports;
import dev.millrace.datamanager.checkpoints.BrokenLedgerCheckpoints;
import dev.millrace.datamanager.checkpoints.LedgerCheckpoints;
import dev.millrace.datamanager.checkpoints.Trimmer;
import dev.millrace.datamanager.logs.LogArchive;
import dev.millrace.datamanager.runs.RunArchive;
import dev.millrace.datamanager.runs.RunArchiver;
import dev.millrace.datamanager.transfer.Extras;
import dev.millrace.events.Topics;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.Runs;
import dev.millrace.storage.archive.ArchiveWriter;
import dev.millrace.storage.archive.Change;
import dev.millrace.storage.checkpoints.Kept;
import dev.millrace.storage.entries.EntryKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A datamanager that takes a step when it is told to, with one of its parts broken if wanted. */
public final class SteppedDataManager {
  private final DataManager manager;
  private final LedgerFollower<Runs, RunEvent> ledger;

  /** What is broken. */
  public enum Breach {
    /** Nothing is. */
    NONE,
    /** The archive says that it goes further than the runs that were added to it. */
    ARCHIVE_AHEAD_OF_ITS_RUNS,
    /** The archive keeps runs that were deleted. */
    DELETED_RUNS_STAY,
    /** A checkpoint is made though runs that have ended are not archived. */
    CHECKPOINT_AHEAD_OF_THE_ARCHIVE,
    /** A checkpoint is added behind a newer one. */
    CHECKPOINT_POINTER_GOES_BACK,
    /** The newest checkpoint says what is deleted from Kafka, also if it is the only one. */
    TRIMMED_BY_THE_NEWEST,
    /** All that was read is deleted from Kafka. */
    TRIMMED_TO_THE_END,
    /** Commands are deleted up to the last one that a working copy has decided. */
    COMMANDS_TRIMMED_BY_A_WORKING_COPY
  }

  /**
   * What is around it.
   *
   * @param reading follows the ledger of runs
   * @param keeping what is kept of a partition's checkpoint
   * @param workingCopy the last command that a working copy of the partition has decided
   */
  public record Around(
      Function<Starts<Runs>, LedgerFollower<Runs, RunEvent>> reading,
      Keeping keeping,
      ToLongFunction<Integer> workingCopy) {}

  /** What is kept of a checkpoint. */
  public interface Keeping {
    Checkpoint<Runs> of(int partition, Checkpoint<Runs> whole);
  }

  /** Opens what is stored. */
  public SteppedDataManager(Config config, Ports ports, Around around, Breach breach) {
    var parts = new BrokenParts(config, ports, around, breach);
    manager = new DataManager(config, Extras.NONE, ports, ports.bus(), parts);
    ledger = parts.followed();
  }

  /** Does all there is to do. */
  public void step() {
    manager.step(Duration.ZERO);
  }

  /** What it has folded. */
  public Checkpoint<Runs> checkpoint(int partition) {
    return ledger.checkpoint(partition);
  }

  private static final class BrokenParts extends Parts {
    private final Config config;
    private final Ports ports;
    private final Around around;
    private final Breach breach;
    private @Nullable LedgerFollower<Runs, RunEvent> follower;

    BrokenParts(Config config, Ports ports, Around around, Breach breach) {
      super(config, ports, ports.bus());
      this.config = config;
      this.ports = ports;
      this.around = around;
      this.breach = breach;
    }

    LedgerFollower<Runs, RunEvent> followed() {
      if (follower == null) {
        throw new IllegalStateException("nothing is followed");
      }
      return follower;
    }

    @Override
    LedgerFollower<Runs, RunEvent> follower(Starts<Runs> starts) {
      follower = around.reading().apply(starts);
      return follower;
    }

    @Override
    LedgerCheckpoints checkpoints() {
      return breach == Breach.CHECKPOINT_POINTER_GOES_BACK
          ? BrokenLedgerCheckpoints.thatGoBack(ports.objects(), ports.coordination(), ports.ids())
          : super.checkpoints();
    }

    @Override
    RunArchiver archiver(
        RunArchive archive,
        ArchiveWriter writer,
        LedgerCheckpoints checkpoints,
        RunArchiver.Listener listener,
        Consumer<List<RunEvent.OfEnded>> logs) {
      return new RunArchiver(
          settings(),
          ports.bus(),
          archive,
          writer,
          ports.timing(),
          this::follower,
          checkpoints,
          listener,
          _ -> {}) { // logs are not simulated
        @Override
        protected List<Change> changes() {
          List<Change> all = new ArrayList<>(super.changes());
          if (breach == Breach.ARCHIVE_AHEAD_OF_ITS_RUNS && all.size() > 1) {
            all.removeLast();
          }
          return all;
        }

        @Override
        protected List<EntryKey> deletions() {
          return breach == Breach.DELETED_RUNS_STAY ? List.of() : super.deletions();
        }

        @Override
        public boolean archiveAll() {
          return breach == Breach.CHECKPOINT_AHEAD_OF_THE_ARCHIVE || super.archiveAll();
        }

        @Override
        public List<Checkpoint<Runs>> checkpoints() {
          List<Checkpoint<Runs>> whole = super.checkpoints();
          return IntStream.range(0, whole.size())
              .mapToObj(p -> around.keeping().of(p, whole.get(p)))
              .toList();
        }
      };
    }

    @Override
    Trimmer trimmer(LedgerCheckpoints checkpoints, LogArchive logs) {
      return new Trimmer(ports.bus(), checkpoints, logs, config.retention().events()) {
        @Override
        protected Kept by(List<Kept> newestFirst) {
          return breach == Breach.TRIMMED_BY_THE_NEWEST
              ? newestFirst.getFirst()
              : super.by(newestFirst);
        }

        @Override
        protected long upTo(TopicPartition of, long covered) {
          int p = of.partition();
          boolean ledger = of.topic().equals(Topics.RUN_EVENTS.name());
          boolean commands = of.topic().equals(Topics.RUN_COMMANDS.name());
          return switch (breach) {
            case TRIMMED_TO_THE_END -> ledger ? followed().position(p) : covered;
            case COMMANDS_TRIMMED_BY_A_WORKING_COPY ->
                commands ? Math.max(covered, around.workingCopy().applyAsLong(p)) : covered;
            default -> covered;
          };
        }
      };
    }
  }
}
