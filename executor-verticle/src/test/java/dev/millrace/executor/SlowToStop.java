package dev.millrace.executor;

import dev.millrace.executor.core.StepCommand;
import dev.millrace.executor.core.StepExit;
import dev.millrace.executor.drivers.Driver;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * A driver whose tasks take their time to end when they are stopped.
 *
 * @param gone completes when they have ended
 */
record SlowToStop(Driver driver, CompletionStage<Void> gone) implements Driver {
  @Override
  public String name() {
    return driver.name();
  }

  @Override
  public void start() {
    driver.start();
  }

  @Override
  public CompletionStage<Workspace> prepare() {
    return driver.prepare().thenApply(place -> new Place(place, gone));
  }

  @Override
  public void holdUntil(Duration deadline) {
    driver.holdUntil(deadline);
  }

  @Override
  public void close() {
    driver.close();
  }

  private record Place(Workspace place, CompletionStage<Void> gone) implements Workspace {
    @Override
    public CompletionStage<StepExit> run(StepCommand step, Output output) {
      return place.run(step, output);
    }

    @Override
    public CompletionStage<Void> stop(Duration grace) {
      return gone.thenCompose(_ -> place.stop(grace));
    }

    @Override
    public CompletionStage<Void> destroy() {
      return place.destroy();
    }
  }
}
