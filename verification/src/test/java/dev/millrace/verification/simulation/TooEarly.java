package dev.millrace.verification.simulation;

import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Effects;
import dev.millrace.events.Json;
import dev.millrace.events.LedgerRecord.Cause;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.Partitions;
import dev.millrace.events.Topics;
import dev.millrace.events.run.Assignment;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.Runs;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Protocols in which answers or effects do not wait for the fold. */
final class TooEarly {
  private TooEarly() {}

  /** Where something is taken from that must come from the fold. */
  enum Source {
    WORKING_COPY,
    ACKNOWLEDGEMENT,
    RAW_RECORD;

    void tap(World world, SimulatedBus bus, Consumer<Decided<RunEvent>> decided) {
      var codec = world.builds.newest().eventCodec();
      BiConsumer<TopicPartition, byte[]> tap =
          (partition, value) -> {
            if (partition.topic().equals(Topics.RUN_EVENTS.name())
                && codec.read(value) instanceof Decided<RunEvent> d) {
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
    void prepare(World world, SimulatedProcess process) {
      if (process instanceof Replica) {
        source.tap(
            world,
            process.bus,
            decided -> {
              if (decided.cause() instanceof Cause.OfCommand cause && cause.id() != null) {
                world.clients.answered(cause.id(), decided.outcome());
              }
            });
      }
    }
  }

  /** Effects do not wait for the fold. */
  static final class EffectsFrom extends Mutation {
    private final Source source;

    EffectsFrom(Source source) {
      this.source = source;
    }

    @Override
    Effects<Runs, RunEvent> effects() {
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
    void prepare(World world, SimulatedProcess process) {
      if (process instanceof Replica) {
        var appender = SimulatedBus.of(world.broker).appender("effects");
        source.tap(
            world,
            process.bus,
            decided -> {
              for (RunEvent event : decided.events()) {
                if (event instanceof RunEvent.TaskAssigned e) {
                  String key = e.executor().id().value();
                  var to =
                      new TopicPartition(
                          Topics.ASSIGNMENTS.name(), Partitions.of(key, World.PARTITIONS));
                  var told = told(e, decided.n());
                  var _ = appender.append(to, key, Json.write(told)).exceptionally(_ -> null);
                }
              }
            });
      }
    }

    private static Assignment told(RunEvent.TaskAssigned e, long n) {
      int p = Oracles.partition(e.run().root());
      return new Assignment(Assignment.Kind.start, e.attempt(), e.executor(), p, n, null);
    }
  }
}
