package dev.millrace.executor.drivers;

import dev.millrace.executor.core.StepCommand;
import dev.millrace.executor.core.StepExit;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Runs the steps of tasks somewhere. Methods may be called from any thread; only {@link #start} and
 * {@link #close} block. Stages complete on a thread of the driver, which must not be blocked.
 * Adapters pass {@code DriverContract}.
 */
public interface Driver extends AutoCloseable {

  /** What tasks and people call it. */
  String name();

  /**
   * Ends and removes whatever an earlier life left in this driver's place, and makes it ready;
   * called once, before anything else.
   *
   * @throws DriverException if it cannot work here; the message is one line for people
   */
  void start();

  /**
   * Makes the place in which the steps of one task run: an empty folder with a folder {@code
   * project} in it, and a home. Fails with {@link DriverException}.
   */
  CompletionStage<Workspace> prepare();

  /**
   * Whatever runs shall be gone soon after this moment, even if this process is stopped or hangs;
   * each call replaces the one before. Until the first call nothing is ended by time.
   *
   * @param deadline as {@link Uptime} counts
   */
  void holdUntil(Duration deadline);

  /** Ends everything that runs and what the driver itself needed. */
  @Override
  void close();

  /** The place of one task. Its steps run one after the other. */
  interface Workspace {

    /**
     * Starts a step, once the one before has ended. Completes when its process has ended and all of
     * its output has been taken; never fails.
     *
     * <p>What a step leaves running is ended with it.
     */
    CompletionStage<StepExit> run(StepCommand step, Output output);

    /**
     * Ends what runs: asks it to end, and ends it by force once the grace is over. Completes when
     * nothing of the task is left running. No step starts any more from then on.
     */
    CompletionStage<Void> stop(Duration grace);

    /** Ends what runs by force and removes the place. */
    CompletionStage<Void> destroy();
  }

  /** Takes the output of a step, both of its streams as they come. */
  @FunctionalInterface
  interface Output {
    /**
     * Takes the next bytes. They are the taker's from now on. The next call comes once the stage
     * has completed; until then the step's output is held up.
     */
    CompletionStage<Void> take(byte[] bytes);
  }
}
