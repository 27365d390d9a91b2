package dev.millrace.verification.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.bus.LogRecord;
import dev.millrace.bus.ledger.Rules;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.events.Command;
import dev.millrace.events.Decision;
import dev.millrace.events.ExecutorId;
import dev.millrace.events.Json;
import dev.millrace.events.Topics;
import dev.millrace.events.run.ClaimedTask;
import dev.millrace.events.run.ExecutorRef;
import dev.millrace.events.run.ExecutorStatus;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.Runs;
import dev.millrace.executor.Claims;
import dev.millrace.executor.ExecutorSettings;
import dev.millrace.executor.drivers.Uptime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is around the ledger, broken in one place each: rules, schedulers, executors. What is final
 * in the deployed classes is broken through their ports.
 */
final class MutationsAround {
  private MutationsAround() {}

  /**
   * The timers of a scheduler do not start in full after a stall: its clock goes on in pieces so
   * small that it never sees that it stood still.
   */
  static final class TimersNotRestarted extends Mutation {
    @Override
    Timing schedulerTiming(Timing deployed) {
      long[] told = {Long.MIN_VALUE};
      return new Timing(
          deployed.wall(),
          () -> {
            long now = deployed.nanos().getAsLong();
            told[0] =
                told[0] == Long.MIN_VALUE
                    ? now
                    : Math.min(now, told[0] + Duration.ofMillis(450).toNanos());
            return told[0];
          });
    }
  }

  /**
   * The order of incarnations is ignored: a record of any other one replaces the one that was heard
   * last, as if a later life had been heard.
   */
  static final class AnyIncarnationReplaces extends Mutation {
    @Override
    void prepare(World world, SimulatedProcess process) {
      if (process instanceof SchedulerProcess) {
        Map<ExecutorId, ExecutorRef> last = new HashMap<>();
        process.bus.readAs(
            record -> {
              if (!record.source().topic().equals(Topics.EXECUTOR_STATUS.name())) {
                return List.of(record);
              }
              var said = Json.read(record.value(), ExecutorStatus.class);
              ExecutorRef before = last.put(said.executor().id(), said.executor());
              return before != null && before.isAfter(said.executor())
                  ? List.of(later(record, said, world.id()), record)
                  : List.of(record);
            });
      }
    }

    private static LogRecord later(LogRecord record, ExecutorStatus said, String unique) {
      ExecutorRef ref = said.executor();
      String life = ExecutorRef.incarnation(999_999_999_999L, "%9s".formatted(unique));
      String value = new String(record.value(), UTF_8).replace(ref.incarnation(), life);
      return new LogRecord(
          record.source(),
          record.offset(),
          record.appendedAt(),
          record.key(),
          value.getBytes(UTF_8));
    }
  }

  /** A loss is declared without a look at what was said in time. */
  static final class NoLookForSigns extends Mutation {
    // More often a reader is never caught up.
    @Override
    Odds odds() {
      return Odds.USUAL.with(Fault.SIGNS_OF_LIFE_READ_LATE, 0.03);
    }

    @Override
    void prepare(World world, SimulatedProcess process) {
      if (process instanceof SchedulerProcess) {
        process.bus.seeEmpty(
            partition ->
                partition.topic().equals(Topics.EXECUTOR_STATUS.name()) && process.turns > 20);
      }
    }
  }

  /** An executor's steps begin before its claim is decided. */
  static final class RunsBeforeTheClaim extends Mutation {
    @Override
    Claims claims(World world, Claims deployed) {
      return (attempt, executor, key) -> {
        var _ = deployed.claim(attempt, executor, key).exceptionally(_ -> null);
        Run run = world.oracles.of(attempt.run().root()).state.run(attempt.run());
        Run.Task task = run == null ? null : run.tasks().get(attempt.task());
        return run == null || task == null
            ? CompletableFuture.failedStage(new IllegalStateException("not there yet"))
            : CompletableFuture.completedStage(
                new ClaimedTask(attempt, task.spec(), run.spec().staticEnvironment(), "token"));
      };
    }
  }

  /** The clock by which leases are counted stands still while the machine is suspended. */
  static final class LeaseClockStops extends Mutation {
    @Override
    Uptime uptime(Uptime deployed, ExecutorProcess executor) {
      return executor.machine.awake();
    }

    @Override
    void prepare(World world, SimulatedProcess process) {
      if (process instanceof ExecutorProcess executor) {
        executor.machine.watchBy(executor.machine.awake());
      }
    }
  }

  /** An executor goes on for much longer than it tells. */
  static final class LeaseLongerThanTold extends Mutation {
    private static final int TIMES = 3;

    @Override
    Uptime uptime(Uptime deployed, ExecutorProcess executor) {
      // So much slower: so many times the lease. Twice is hidden by what the scheduler waits.
      return () -> deployed.now().dividedBy(TIMES);
    }

    @Override
    void prepare(World world, SimulatedProcess process) {
      if (process instanceof ExecutorProcess executor) {
        executor.machine.watchBy(() -> world.broker.time.uptime().dividedBy(TIMES));
      }
    }
  }

  /** An executor takes more than it has slots for. */
  static final class MoreThanItsSlots extends Mutation {
    @Override
    ExecutorSettings executorSettings(ExecutorSettings d) {
      return new ExecutorSettings(
          d.id(),
          d.slots() + 1,
          d.repositories(),
          d.heartbeat(),
          d.lease(),
          d.killTime(),
          d.grace(),
          d.reportDelay(),
          d.outputLimit(),
          d.drain(),
          d.pool(),
          d.arch(),
          d.labels());
    }
  }

  /** A rule of runs is left out: what it refuses is accepted. */
  static final class Accepts extends Mutation {
    private final Loose loose;

    /** The events of a command that the rules refuse; null if this one is refused rightly. */
    interface Loose {
      @Nullable List<RunEvent> events(Runs state, RunCommand command);
    }

    Accepts(Loose loose) {
      this.loose = loose;
    }

    @Override
    Rules<Runs, RunCommand, RunEvent> rules(Rules<Runs, RunCommand, RunEvent> deployed) {
      return new RulesAround(deployed) {
        @Override
        public Decision<RunEvent> decide(
            Runs state, Command<RunCommand> command, Instant at, Supplier<String> ids) {
          List<RunEvent> events = loose.events(state, command.body());
          return events == null ? super.decide(state, command, at, ids) : Decision.accept(events);
        }
      };
    }
  }
}
