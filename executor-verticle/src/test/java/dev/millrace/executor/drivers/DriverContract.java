package dev.millrace.executor.drivers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.executor.core.StepCommand;
import dev.millrace.executor.core.StepExit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every driver does. */
interface DriverContract {
  /** A driver that has been started. */
  Driver driver();

  StepCommand exiting(int code);

  /** Writes so many bytes, then exits with 0. */
  StepCommand writing(int bytes);

  /** Goes on until it is ended. */
  StepCommand lasting();

  /** Cannot be run at all. */
  StepCommand impossible();

  @Test
  default void aStepEndsWithItsExitCode() {
    var workspace = await(driver().prepare());
    assertThat(await(workspace.run(exiting(0), new Collected()))).isEqualTo(new StepExit.Exited(0));
    assertThat(await(workspace.run(exiting(42), new Collected())))
        .isEqualTo(new StepExit.Exited(42));
    await(workspace.destroy());
  }

  @Test
  default void allOfTheOutputIsTakenBeforeTheStepHasEnded() {
    var workspace = await(driver().prepare());
    var output = new Collected();
    assertThat(await(workspace.run(writing(300_000), output))).isEqualTo(new StepExit.Exited(0));
    assertThat(output.bytes()).hasSize(300_000);
    await(workspace.destroy());
  }

  @Test
  default void aStepIsHeldUpUntilItsOutputIsTaken() {
    var workspace = await(driver().prepare());
    var gate = new CompletableFuture<Void>();
    var taken = new CompletableFuture<byte[]>();
    var end =
        workspace
            .run(
                writing(8_000_000),
                bytes -> {
                  assertThat(taken.complete(bytes) || gate.isDone()).isTrue();
                  return gate;
                })
            .toCompletableFuture();
    assertThat(await(taken)).isNotEmpty();
    assertThat(end).isNotDone();
    gate.complete(null);
    assertThat(await(end)).isEqualTo(new StepExit.Exited(0));
    await(workspace.destroy());
  }

  @Test
  default void aStoppedStepEndsAndNoOtherStarts() {
    var workspace = await(driver().prepare());
    var end = workspace.run(lasting(), new Collected());
    await(workspace.stop(Duration.ofSeconds(1)));
    assertThat(await(end)).isEqualTo(new StepExit.Stopped());
    assertThat(await(workspace.run(exiting(0), new Collected()))).isEqualTo(new StepExit.Stopped());
    await(workspace.destroy());
  }

  @Test
  default void stoppingWhatDoesNotRunIsDoneAtOnce() {
    var workspace = await(driver().prepare());
    await(workspace.stop(Duration.ofSeconds(1)));
    await(workspace.stop(Duration.ZERO));
    await(workspace.destroy());
    await(workspace.destroy());
  }

  @Test
  default void removingAWorkspaceEndsItsStep() {
    var workspace = await(driver().prepare());
    var end = workspace.run(lasting(), new Collected());
    await(workspace.destroy());
    assertThat(await(end)).isEqualTo(new StepExit.Stopped());
  }

  @Test
  default void whatCannotBeStartedFailsWithASentence() {
    var workspace = await(driver().prepare());
    assertThat(await(workspace.run(impossible(), new Collected())))
        .isInstanceOfSatisfying(
            StepExit.Failed.class, failed -> assertThat(failed.message()).isNotBlank());
    await(workspace.destroy());
  }

  @Test
  default void tasksRunBesideEachOther() {
    var lasting = await(driver().prepare());
    var end = lasting.run(lasting(), new Collected());
    var others = new ArrayList<CompletionStage<StepExit>>();
    IntStream.range(0, 20)
        .forEach(
            i ->
                others.add(
                    driver().prepare().thenCompose(w -> w.run(exiting(i), new Collected()))));
    for (int i = 0; i < others.size(); i++) {
      assertThat(await(others.get(i))).isEqualTo(new StepExit.Exited(i));
    }
    assertThat(end.toCompletableFuture()).isNotDone();
    await(lasting.destroy());
  }

  /** Waits, but not for ever. */
  static <T> T await(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
