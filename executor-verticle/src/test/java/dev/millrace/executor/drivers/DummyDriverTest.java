package dev.millrace.executor.drivers;

import static dev.millrace.executor.drivers.DriverContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.executor.core.StepCommand;
import dev.millrace.executor.core.StepExit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class DummyDriverTest implements DriverContract {
  private final List<CompletableFuture<Void>> sleeping = new ArrayList<>();
  private final Driver driver =
      new DummyDriver(
          time -> {
            assertThat(time).isEqualTo(Duration.ofMillis(500));
            var stage = new CompletableFuture<Void>();
            sleeping.add(stage);
            return stage;
          });

  @Override
  public Driver driver() {
    return driver;
  }

  @Override
  public StepCommand exiting(int code) {
    return told("MILLRACE_DUMMY_EXIT", Integer.toString(code));
  }

  @Override
  public StepCommand writing(int bytes) {
    return told("MILLRACE_DUMMY_OUTPUT", Integer.toString(bytes));
  }

  @Override
  public StepCommand lasting() {
    return told("MILLRACE_DUMMY_SLEEP", "500");
  }

  @Override
  public StepCommand impossible() {
    return told("MILLRACE_DUMMY_CRASH", "true");
  }

  @Test
  void aStepSleepsAsLongAsItIsTold() {
    var workspace = await(driver.prepare());
    var end = workspace.run(lasting(), new Collected()).toCompletableFuture();
    assertThat(end).isNotDone();
    sleeping.getFirst().complete(null);
    assertThat(await(end)).isEqualTo(new StepExit.Exited(0));
  }

  @Test
  void whatIsNoNumberFailsTheStep() {
    var workspace = await(driver.prepare());
    assertThat(await(workspace.run(told("MILLRACE_DUMMY_EXIT", "much"), new Collected())))
        .isInstanceOf(StepExit.Failed.class);
  }

  private static StepCommand told(String name, String value) {
    return new StepCommand(List.of("/bin/sh", "-e"), "", Map.of(name, value), "project");
  }
}
