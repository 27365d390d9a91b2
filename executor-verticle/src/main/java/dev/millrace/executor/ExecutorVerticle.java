package dev.millrace.executor;

import dev.millrace.bus.Bus;
import dev.millrace.bus.ledger.FaultHandler;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.executor.drivers.Driver;
import dev.millrace.executor.drivers.Uptime;
import dev.millrace.traces.Traces;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lifecycle only: rules are in {@code core}, the loop in {@link ExecutorLoop}, choices in the
 * launcher. Starts with the driver, which ends what an earlier life has left; only then is a sign
 * of life given. Stopping stops the tasks that run, and the driver.
 */
public final class ExecutorVerticle extends VerticleBase {
  private final Bus bus;
  private final ExecutorSettings settings;
  private final Driver driver;
  private final Claims claims;
  private final Timing timing;
  private final Uptime uptime;
  private final Supplier<String> incarnations;
  private final Supplier<String> ids;
  private final MeterRegistry meters;
  private final Traces traces;
  private final FaultHandler faults;
  private @Nullable ExecutorThreads threads;

  /**
   * An executor that does nothing before it is deployed.
   *
   * @param driver not started yet; becomes the verticle's
   * @param incarnations makes incarnations, each greater than all before; see {@link Incarnations}
   * @param ids makes command ids, never one twice
   * @param meters show what is measured
   * @param traces take what it does
   */
  public ExecutorVerticle(
      Bus bus,
      ExecutorSettings settings,
      Driver driver,
      Claims claims,
      Timing timing,
      Uptime uptime,
      Supplier<String> incarnations,
      Supplier<String> ids,
      MeterRegistry meters,
      Traces traces,
      FaultHandler faults) {
    this.bus = bus;
    this.settings = settings;
    this.driver = driver;
    this.claims = claims;
    this.timing = timing;
    this.uptime = uptime;
    this.incarnations = incarnations;
    this.ids = ids;
    this.meters = meters;
    this.traces = traces;
    this.faults = faults;
  }

  @Override
  public Future<?> start() {
    return vertx.executeBlocking(
        () -> {
          driver.start();
          var loop =
              new ExecutorLoop(
                  bus,
                  settings,
                  driver,
                  claims,
                  timing,
                  uptime,
                  incarnations,
                  ids,
                  traces,
                  this::broken);
          Gauge.builder("millrace.executor.running", loop, ExecutorLoop::running)
              .description("Tasks that have a slot")
              .register(meters);
          Gauge.builder("millrace.executor.slots", settings, ExecutorSettings::slots)
              .description("How many tasks may run at once")
              .register(meters);
          threads =
              new ExecutorThreads(
                  loop, settings.drain(), settings.grace().plus(settings.killTime()), this::broken);
          return null;
        },
        false);
  }

  private void broken(Throwable cause) {
    faults.broken("executor", cause);
  }

  @Override
  public Future<?> stop() {
    return vertx.executeBlocking(
        () -> {
          ExecutorThreads running = threads;
          if (running != null) {
            running.close();
          }
          driver.close();
          return null;
        },
        false);
  }
}
