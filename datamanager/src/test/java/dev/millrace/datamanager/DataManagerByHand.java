package dev.millrace.datamanager;

import dev.millrace.datamanager.DataManagerVerticle.Config;
import dev.millrace.datamanager.DataManagerVerticle.Ports;
import dev.millrace.datamanager.transfer.Export;
import dev.millrace.datamanager.transfer.Extras;
import dev.millrace.storage.checkpoints.Kept;
import java.time.Duration;
import java.util.concurrent.Executors;

/** A datamanager that works when it is told to, for tests of what it leaves behind. */
public final class DataManagerByHand implements AutoCloseable {
  private static final Duration SOON = Duration.ofMillis(1);

  private final DataManager manager;

  /** Opens what is stored. */
  public DataManagerByHand(Config config, Ports ports) {
    this(config, Extras.NONE, ports);
  }

  /**
   * Opens what is stored.
   *
   * @param extras belong into an export
   */
  public DataManagerByHand(Config config, Extras extras, Ports ports) {
    this.manager = new DataManager(config, extras, ports, ports.bus());
  }

  /** Does all there is to do, but for logs. */
  public void step() {
    manager.step(Duration.ZERO);
  }

  /** Makes a checkpoint, as if somebody had asked for it. */
  public Kept checkpointNow() throws Exception {
    try (var asking = Executors.newVirtualThreadPerTaskExecutor()) {
      var asked = asking.submit(manager::checkpointNow);
      while (!asked.isDone()) {
        manager.step(SOON);
      }
      return asked.get();
    }
  }

  /** Begins an export, as if somebody had asked for it. */
  public Export exportNow() throws Exception {
    try (var asking = Executors.newVirtualThreadPerTaskExecutor()) {
      var asked = asking.submit(manager::exportNow);
      var logs =
          asking.submit(
              () -> {
                while (!asked.isDone()) {
                  manager.logs().step(SOON);
                }
              });
      while (!asked.isDone()) {
        manager.step(SOON);
      }
      logs.get();
      return asked.get();
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
