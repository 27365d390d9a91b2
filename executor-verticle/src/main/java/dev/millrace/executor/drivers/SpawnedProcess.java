package dev.millrace.executor.drivers;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.IntSupplier;

/** A child of this process that Java itself knows nothing of. */
final class SpawnedProcess extends Process {
  private final int pid;
  private final InputStream output;
  private final CompletableFuture<Integer> status;

  /**
   * Takes it over.
   *
   * @param await waits for its end and gives its status, as a shell has it; called once
   * @param waiters runs that
   */
  SpawnedProcess(int pid, InputStream output, IntSupplier await, Executor waiters) {
    this.pid = pid;
    this.output = output;
    this.status = CompletableFuture.supplyAsync(await::getAsInt, waiters);
  }

  @Override
  public long pid() {
    return pid;
  }

  @Override
  public OutputStream getOutputStream() {
    return OutputStream.nullOutputStream();
  }

  @Override
  public InputStream getInputStream() {
    return output;
  }

  @Override
  public InputStream getErrorStream() {
    return InputStream.nullInputStream();
  }

  @Override
  public CompletableFuture<Process> onExit() {
    return status.thenApply(_ -> this);
  }

  @Override
  public boolean isAlive() {
    return !status.isDone();
  }

  @Override
  public int waitFor() throws InterruptedException {
    try {
      return status.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("process " + pid + " cannot be waited for", e);
    }
  }

  @Override
  public int exitValue() {
    if (isAlive()) {
      throw new IllegalThreadStateException("process " + pid + " is running");
    }
    return status.join();
  }

  @Override
  public void destroy() {
    signal(Signals.TERM);
  }

  @Override
  public Process destroyForcibly() {
    signal(Signals.KILL);
    return this;
  }

  private void signal(int signal) {
    if (isAlive()) {
      Signals.send(pid, signal);
    }
  }
}
