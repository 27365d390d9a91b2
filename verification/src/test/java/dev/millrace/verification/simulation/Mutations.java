package dev.millrace.verification.simulation;

import dev.millrace.bus.Bus;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.BrokenPieces;
import dev.millrace.bus.ledger.BrokenPieces.Breach;
import dev.millrace.bus.ledger.Effects;
import dev.millrace.bus.ledger.FaultHandler;
import dev.millrace.bus.ledger.LedgerAuthority;
import dev.millrace.bus.ledger.LedgerFollower;
import dev.millrace.bus.ledger.LedgerSettings;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.events.Json;
import dev.millrace.events.LedgerRecord.Cause;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.Partitions;
import dev.millrace.events.Topics;
import dev.millrace.events.UnreadableException;
import dev.millrace.events.run.Assignment;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.Runs;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Protocols that are broken in one place each. */
final class Mutations {
  private Mutations() {}

  /** One piece is broken. */
  static final class OfPieces extends Mutation {
    private final BrokenPieces<Runs, RunCommand, RunEvent> pieces;
    private final Breach breach;

    OfPieces(Breach breach) {
      this.breach = breach;
      this.pieces = new BrokenPieces<>(breach);
    }

    @Override
    protected LedgerAuthority<Runs, RunCommand, RunEvent> authority(
        LedgerAuthority.Ports<Runs, RunCommand, RunEvent> ports, LedgerSettings settings) {
      return pieces.authority(ports, settings);
    }

    @Override
    protected LedgerFollower<Runs, RunEvent> follower(
        Bus bus, String name, Timing timing, LedgerSettings settings, FaultHandler faults) {
      return pieces.follower(bus, kind(), name, timing, settings, faults);
    }

    @Override
    protected Supplier<String> ids(Supplier<String> deployed, String instance) {
      return breach == Breach.ONE_EPOCH_TWICE ? () -> "t" : deployed;
    }
  }

  /** Nobody hears of failed appends, nor misses records. */
  static final class FailureIgnored extends Mutation {
    @Override
    protected LedgerSettings settings(LedgerSettings d) {
      return new LedgerSettings(
          d.remembered(),
          d.unread(),
          d.commands(),
          d.waiting(),
          d.commandBytes(),
          d.decisionBytes(),
          Duration.ofDays(1),
          d.backOff(),
          d.future(),
          d.triers(),
          d.language());
    }

    @Override
    void prepare(World world, Replica replica) {
      replica.bus.hideFailures();
    }
  }

  /** Commands that end processes are tried for ever. */
  static final class NoTrying extends Mutation {
    @Override
    protected LedgerSettings settings(LedgerSettings d) {
      return new LedgerSettings(
          d.remembered(),
          d.unread(),
          d.commands(),
          d.waiting(),
          d.commandBytes(),
          d.decisionBytes(),
          d.patience(),
          d.backOff(),
          d.future(),
          Integer.MAX_VALUE,
          d.language());
    }
  }

  /** What cannot be read is passed over. */
  static final class NoRecordForPoison extends Mutation {
    @Override
    void prepare(World world, Replica replica) {
      replica.bus.passOver(
          record -> {
            try {
              return record.source().topic().equals(Topics.RUN_COMMANDS.name())
                  && Ledgers.RUNS.commandCodec().read(record.value()) == null;
            } catch (UnreadableException _) {
              return true;
            }
          });
    }
  }

  /** Where something is taken from that must come from the fold. */
  enum Source {
    WORKING_COPY,
    ACKNOWLEDGEMENT,
    RAW_RECORD;

    void tap(SimulatedBus bus, Consumer<Decided<RunEvent>> decided) {
      BiConsumer<TopicPartition, byte[]> tap =
          (partition, value) -> {
            if (partition.topic().equals(Topics.RUN_EVENTS.name())
                && Ledgers.RUNS.eventCodec().read(value) instanceof Decided<RunEvent> d) {
              decided.accept(d);
            }
          };
      switch (this) {
        case WORKING_COPY -> bus.onAppend(tap);
        case ACKNOWLEDGEMENT -> bus.onAcknowledge(tap);
        case RAW_RECORD -> bus.onRead(tap);
      }
    }
  }

  /** Answers do not wait for the fold. */
  static final class AnswersFrom extends Mutation {
    private final Source source;

    AnswersFrom(Source source) {
      this.source = source;
    }

    @Override
    void prepare(World world, Replica replica) {
      source.tap(
          replica.bus,
          decided -> {
            if (decided.cause() instanceof Cause.OfCommand cause && cause.id() != null) {
              world.clients.answered(cause.id(), decided.outcome());
            }
          });
    }
  }

  /** Effects do not wait for the fold. */
  static final class EffectsFrom extends Mutation {
    private final Source source;

    EffectsFrom(Source source) {
      this.source = source;
    }

    @Override
    protected Effects<Runs, RunEvent> effects() {
      return new Effects<>() {
        @Override
        public List<Effect> of(int partition, Decided<RunEvent> d, Runs before, Runs after) {
          return List.of();
        }

        @Override
        public List<Effect> outstanding(int partition, long n, Runs state) {
          return List.of();
        }
      };
    }

    @Override
    void prepare(World world, Replica replica) {
      var appender = new SimulatedBus(world.broker).appender("effects");
      source.tap(
          replica.bus,
          decided -> {
            for (RunEvent event : decided.events()) {
              if (event instanceof RunEvent.TaskAssigned e) {
                String root = e.run().root().toString();
                int p = Partitions.of(root, World.PARTITIONS);
                var told =
                    new Assignment(
                        Assignment.Kind.start, e.attempt(), e.executor(), p, decided.n(), null);
                String key = e.executor().id().value();
                var to =
                    new TopicPartition(
                        Topics.ASSIGNMENTS.name(), Partitions.of(key, World.PARTITIONS));
                var _ = appender.append(to, key, Json.write(told)).exceptionally(_ -> null);
              }
            }
          });
    }
  }
}
