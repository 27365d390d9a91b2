package dev.millrace.executor.drivers;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Takes output and keeps it; lets a test wait for the first of it. */
final class Collected implements Driver.Output {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final CountDownLatch some = new CountDownLatch(1);

  @Override
  public synchronized CompletionStage<Void> take(byte[] more) {
    bytes.writeBytes(more);
    some.countDown();
    return CompletableFuture.completedStage(null);
  }

  /** Waits until the step has written something. */
  void awaitSome() {
    try {
      if (!some.await(20, TimeUnit.SECONDS)) {
        throw new AssertionError("the step has written nothing");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  synchronized byte[] bytes() {
    return bytes.toByteArray();
  }

  String text() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }
}
