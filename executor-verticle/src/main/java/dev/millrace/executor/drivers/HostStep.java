package dev.millrace.executor.drivers;

import dev.millrace.executor.core.StepExit;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One step on this machine, from before its process is started until nothing of it is left. */
final class HostStep {
  private static final Logger LOG = LoggerFactory.getLogger(HostStep.class);
  private static final int PIECE = 64 * 1024;

  private final Mark mark;
  private final HostThreads threads;
  private final CompletableFuture<@Nullable Process> started = new CompletableFuture<>();
  private final CompletableFuture<Void> gone = new CompletableFuture<>();
  private volatile boolean stopping;
  private volatile Births before = new Births(0, 0);

  HostStep(Mark mark, HostThreads threads) {
    this.mark = mark;
    this.threads = threads;
  }

  Mark mark() {
    return mark;
  }

  /** Completes when nothing of it is left running. */
  CompletionStage<Void> gone() {
    return gone;
  }

  /** Whatever it ends with now, it was stopped. */
  void stopping() {
    stopping = true;
  }

  /**
   * Runs it.
   *
   * @param start gives the process, or null if it was stopped before
   */
  CompletionStage<StepExit> run(Supplier<@Nullable Process> start, Driver.Output output) {
    return started
        .completeAsync(() -> begin(start), threads.starters())
        .thenCompose(process -> process == null ? stopped() : watch(process, output))
        .exceptionally(this::failed);
  }

  private @Nullable Process begin(Supplier<@Nullable Process> start) {
    before = Births.now();
    return start.get();
  }

  private CompletionStage<StepExit> stopped() {
    gone.complete(null);
    return CompletableFuture.completedStage(new StepExit.Stopped());
  }

  private CompletionStage<StepExit> watch(Process process, Driver.Output output) {
    var read =
        CompletableFuture.runAsync(() -> read(process.getInputStream(), output), threads.workers());
    return process
        .onExit()
        .thenRunAsync(this::sweep, threads.workers())
        .thenCombine(
            read,
            (_, _) -> stopping ? new StepExit.Stopped() : new StepExit.Exited(process.exitValue()));
  }

  private void sweep() {
    try {
      Processes.end(mark.only(), before);
      gone.complete(null);
    } catch (RuntimeException | Error e) {
      gone.completeExceptionally(e);
      throw e;
    }
  }

  private StepExit failed(Throwable error) {
    Throwable cause =
        error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    if (!(cause instanceof DriverException)) {
      LOG.error("a step failed", cause);
    }
    gone.complete(null);
    String message = cause.getMessage();
    return new StepExit.Failed(message == null ? cause.toString() : message);
  }

  private static void read(InputStream from, Driver.Output output) {
    byte[] buffer = new byte[PIECE];
    try (from) {
      for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
        output.take(Arrays.copyOf(buffer, n)).toCompletableFuture().join();
      }
    } catch (IOException e) {
      throw new DriverException("the output cannot be read: " + e.getMessage(), e);
    }
  }

  /** Asks its processes to end; not those that the sandbox itself is made of. */
  void terminate(Ours ours) {
    Process process = started.isCompletedExceptionally() ? null : started.getNow(null);
    if (process != null) {
      // The eldest first: a shell whose command dies before it is asked itself fails of that (-e),
      // without its trap.
      for (Processes.Found found : Processes.find(mark.only()).reversed()) {
        if (!ours.is(found, process.pid())) {
          Signals.send(found.pid(), Signals.TERM);
        }
      }
    }
  }

  /** Tells which processes are not the step's own. */
  interface Ours {
    boolean is(Processes.Found found, long started);
  }

  /** Ends its processes by force; completes when nothing is left of it. */
  CompletionStage<Void> kill() {
    return started
        .handle(
            (process, failure) -> {
              if (failure == null && process != null && process.isAlive()) {
                int pid = Math.toIntExact(process.pid());
                boolean group = Signals.send(-pid, Signals.KILL);
                return Signals.send(pid, Signals.KILL) || group;
              }
              return false;
            })
        .thenCompose(_ -> gone);
  }
}
