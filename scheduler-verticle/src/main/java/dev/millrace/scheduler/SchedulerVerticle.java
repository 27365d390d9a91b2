package dev.millrace.scheduler;

import dev.millrace.bus.Bus;
import dev.millrace.bus.ledger.CommandPublisher;
import dev.millrace.bus.ledger.FaultHandler;
import dev.millrace.bus.ledger.LedgerFollower;
import dev.millrace.bus.ledger.LedgerMeters;
import dev.millrace.bus.ledger.LedgerSettings;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.Starts;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.Runs;
import dev.millrace.scheduler.core.Load;
import dev.millrace.scheduler.core.Patience;
import dev.millrace.traces.Traces;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Lifecycle only: reads the ledger of runs, and begins to schedule when it has read what there was.
 */
public final class SchedulerVerticle extends VerticleBase {
  private final Bus bus;
  private final Timing timing;
  private final Supplier<String> ids;
  private final FaultHandler faults;
  private final Patience patience;
  private final MeterRegistry meters;
  private final Traces traces;
  private final LedgerFollower<Runs, RunEvent> runs;
  private @Nullable SchedulerThreads threads;

  /**
   * A scheduler that does nothing before it is deployed.
   *
   * @param ids makes command ids, never one twice
   * @param starts where it begins to read the ledger
   * @param meters show what is measured
   * @param traces take what is asked for
   */
  public SchedulerVerticle(
      Bus bus,
      Timing timing,
      Supplier<String> ids,
      FaultHandler faults,
      Patience patience,
      Starts<Runs> starts,
      MeterRegistry meters,
      Traces traces) {
    this.bus = bus;
    this.timing = timing;
    this.ids = ids;
    this.faults = faults;
    this.patience = patience;
    this.meters = meters;
    this.traces = traces;
    this.runs =
        new LedgerFollower<>(
            bus, Ledgers.RUNS, "scheduler", timing, LedgerSettings.READER, faults, starts);
    LedgerMeters.ofReader(meters, bus, Ledgers.RUNS, "scheduler", runs);
  }

  @Override
  public Future<?> start() {
    runs.start();
    return Future.fromCompletionStage(runs.caughtUp(), context)
        .compose(_ -> vertx.executeBlocking(this::schedule, false));
  }

  private @Nullable Void schedule() {
    var publisher = new CommandPublisher<>(bus, Ledgers.RUNS, "scheduler");
    var loop = new SchedulerLoop(bus, runs, publisher, timing, ids, patience, traces);
    measure(loop);
    threads = new SchedulerThreads(loop, cause -> faults.broken("scheduler", cause));
    return null;
  }

  private void measure(SchedulerLoop loop) {
    gauge("millrace.scheduler.ready", "Tasks that wait for an executor", loop, Load::ready);
    gauge("millrace.scheduler.undecided", "Commands without decision", loop, Load::undecided);
    gauge("millrace.scheduler.executors", "Executors that live", loop, Load::executors);
    gauge("millrace.scheduler.slots.free", "Slots that could be given", loop, Load::free);
  }

  private void gauge(String name, String what, SchedulerLoop loop, ToDoubleFunction<Load> value) {
    Gauge.builder(name, loop, l -> value.applyAsDouble(l.load()))
        .description(what)
        .strongReference(true)
        .register(meters);
  }

  @Override
  public Future<?> stop() {
    return vertx.executeBlocking(
        () -> {
          SchedulerThreads running = threads;
          if (running != null) {
            running.close();
          }
          runs.close();
          return null;
        },
        false);
  }
}
