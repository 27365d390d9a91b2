package dev.millrace.executor.drivers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.executor.core.StepExit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class HostStepTest {
  @Test
  void aStepFailsWhateverItsStartThrows() throws Exception {
    try (var threads = new HostThreads()) {
      var step = new HostStep(new Mark(1), threads);
      var exit =
          step.run(
                  () -> {
                    throw new OutOfMemoryError("no native thread");
                  },
                  _ -> CompletableFuture.completedStage(null))
              .toCompletableFuture()
              .get(10, TimeUnit.SECONDS);
      assertThat(exit).isEqualTo(new StepExit.Failed("no native thread"));
      assertThat(step.gone().toCompletableFuture()).isCompleted();
    }
  }
}
