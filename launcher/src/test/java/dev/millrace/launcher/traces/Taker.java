package dev.millrace.launcher.traces;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Takes spans, refuses them, fails, or does not answer. */
final class Taker implements SpanExporter {
  private final List<SpanData> taken = new ArrayList<>();
  private int asked;
  private Answer answer = Answer.TAKE;

  enum Answer {
    TAKE,
    REFUSE,
    FAIL,
    NONE
  }

  synchronized void answer(Answer now) {
    answer = now;
  }

  @Override
  public synchronized CompletableResultCode export(Collection<SpanData> spans) {
    asked++;
    notifyAll();
    return switch (answer) {
      case TAKE -> {
        taken.addAll(spans);
        yield CompletableResultCode.ofSuccess();
      }
      case REFUSE ->
          CompletableResultCode.ofExceptionalFailure(new IllegalStateException("I am full"));
      case FAIL -> throw new IllegalStateException("I am broken");
      case NONE -> new CompletableResultCode();
    };
  }

  synchronized List<SpanData> taken() {
    return List.copyOf(taken);
  }

  /** Returns once it was asked so often. */
  synchronized void awaitAsked(int times) throws InterruptedException {
    while (asked < times) {
      wait();
    }
  }

  @Override
  public CompletableResultCode flush() {
    return CompletableResultCode.ofSuccess();
  }

  @Override
  public CompletableResultCode shutdown() {
    return CompletableResultCode.ofSuccess();
  }
}
