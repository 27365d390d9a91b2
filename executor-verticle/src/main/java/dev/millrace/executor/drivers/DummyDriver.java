package dev.millrace.executor.drivers;

import dev.millrace.executor.core.StepCommand;
import dev.millrace.executor.core.StepExit;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs nothing: a step does what the task's environment says. For tests and benchmarks, thousands
 * at once.
 *
 * <ul>
 *   <li>{@code MILLRACE_DUMMY_SLEEP}: milliseconds that it takes; 0
 *   <li>{@code MILLRACE_DUMMY_EXIT}: its exit code; 0
 *   <li>{@code MILLRACE_DUMMY_OUTPUT}: bytes of output, lines of 63 letters; 0
 *   <li>{@code MILLRACE_DUMMY_CRASH}: {@code true} if the driver shall fail at it
 * </ul>
 */
public final class DummyDriver implements Driver {
  private static final int PIECE = 64 * 1024;
  private static final byte[] LINES = lines();

  private final Function<Duration, CompletionStage<Void>> after;

  /**
   * Makes a driver.
   *
   * @param after gives a stage that completes when so much time has passed
   */
  public DummyDriver(Function<Duration, CompletionStage<Void>> after) {
    this.after = after;
  }

  @Override
  public String name() {
    return "dummy";
  }

  @Override
  public void start() {
    // there is nothing that an earlier life could have left
  }

  @Override
  public CompletionStage<Workspace> prepare() {
    return CompletableFuture.completedStage(new Place());
  }

  @Override
  public void holdUntil(Duration deadline) {
    // no process of its own can outlive this one
  }

  @Override
  public void close() {
    // nothing runs that needs an end
  }

  private final class Place implements Workspace {
    private final CompletableFuture<StepExit> stopped = new CompletableFuture<>();

    @Override
    public CompletionStage<StepExit> run(StepCommand step, Output output) {
      if (stopped.isDone()) {
        return stopped;
      }
      Map<String, String> says = step.environment();
      final long sleep;
      final int exit;
      final long bytes;
      try {
        sleep = number(says, "MILLRACE_DUMMY_SLEEP");
        exit = Math.toIntExact(number(says, "MILLRACE_DUMMY_EXIT"));
        bytes = number(says, "MILLRACE_DUMMY_OUTPUT");
      } catch (ArithmeticException | NumberFormatException e) {
        return CompletableFuture.completedStage(
            new StepExit.Failed("the dummy driver was told no number: " + e.getMessage()));
      }
      StepExit end =
          Boolean.parseBoolean(says.get("MILLRACE_DUMMY_CRASH"))
              ? new StepExit.Failed("the dummy driver was told to crash")
              : new StepExit.Exited(exit);
      CompletionStage<Void> slept =
          sleep == 0
              ? CompletableFuture.completedStage(null)
              : after.apply(Duration.ofMillis(sleep));
      return CompletableFuture.anyOf(slept.toCompletableFuture(), stopped)
          .thenCompose(_ -> write(bytes, output))
          .thenApply(_ -> stopped.getNow(end));
    }

    private CompletionStage<Void> write(long bytes, Output output) {
      long left = bytes;
      while (left > 0 && !stopped.isDone()) {
        int piece = (int) Math.min(left, PIECE);
        left -= piece;
        var taken = output.take(Arrays.copyOf(LINES, piece)).toCompletableFuture();
        if (!taken.isDone()) {
          long rest = left;
          return taken.thenCompose(_ -> write(rest, output));
        }
      }
      return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<Void> stop(Duration grace) {
      stopped.complete(new StepExit.Stopped());
      return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<Void> destroy() {
      return stop(Duration.ZERO);
    }
  }

  private static long number(Map<String, String> environment, String name) {
    @Nullable String text = environment.get(name);
    return text == null || text.isBlank() ? 0 : Long.parseLong(text.strip());
  }

  private static byte[] lines() {
    byte[] bytes = new byte[PIECE];
    for (int i = 0; i < PIECE; i++) {
      bytes[i] = (byte) (i % 64 == 63 ? '\n' : 'a' + i % 26);
    }
    return bytes;
  }
}
