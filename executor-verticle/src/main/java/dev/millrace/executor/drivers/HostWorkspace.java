package dev.millrace.executor.drivers;

import dev.millrace.executor.core.StepCommand;
import dev.millrace.executor.core.StepExit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The workspace of one task on this machine. */
final class HostWorkspace implements Driver.Workspace {
  private final Place place;
  private final Supplier<Mark> marks;
  private final Launcher launcher;
  private final HostThreads threads;
  private final Removal removal;

  // guarded by this
  private boolean stopped;
  private @Nullable HostStep current;
  private int count;
  private @Nullable CompletionStage<Void> destroyed;

  /** Takes the folders away. */
  interface Removal {
    void remove() throws IOException;
  }

  HostWorkspace(
      Place place, Supplier<Mark> marks, Launcher launcher, HostThreads threads, Removal removal) {
    this.place = place;
    this.marks = marks;
    this.launcher = launcher;
    this.threads = threads;
    this.removal = removal;
  }

  @Override
  public CompletionStage<StepExit> run(StepCommand command, Driver.Output output) {
    var step = new HostStep(marks.get(), threads);
    String script;
    synchronized (this) {
      if (stopped) {
        return CompletableFuture.completedStage(new StepExit.Stopped());
      }
      current = step;
      script = "step-" + count++;
    }
    return step.run(
        () -> {
          synchronized (this) {
            return stopped ? null : launcher.start(place, command, step.mark(), script);
          }
        },
        output);
  }

  @Override
  public CompletionStage<Void> stop(Duration grace) {
    HostStep step;
    synchronized (this) {
      stopped = true;
      step = current;
    }
    if (step == null) {
      return CompletableFuture.completedStage(null);
    }
    step.stopping();
    if (!grace.isPositive()) {
      return step.kill();
    }
    return CompletableFuture.runAsync(() -> step.terminate(launcher::isOurs), threads.workers())
        .thenCompose(_ -> step.gone().applyToEither(threads.after(grace), Function.identity()))
        .thenCompose(_ -> step.kill());
  }

  @Override
  public synchronized CompletionStage<Void> destroy() {
    if (destroyed == null) {
      destroyed =
          stop(Duration.ZERO)
              .thenRunAsync(
                  () -> {
                    try {
                      removal.remove();
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  },
                  threads.workers());
    }
    return destroyed;
  }
}
