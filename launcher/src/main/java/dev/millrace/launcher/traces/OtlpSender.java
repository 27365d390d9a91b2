package dev.millrace.launcher.traces;

import dev.millrace.launcher.Version;
import dev.millrace.launcher.settings.TraceOptions;
import dev.millrace.traces.Span;
import dev.millrace.traces.Traces;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends spans on a thread of its own, many at once. Who tells of one never waits: what does not
 * find room, or is not taken where it is sent, is dropped and counted.
 */
final class OtlpSender implements Traces, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(OtlpSender.class);

  static final int ROOM = 8_192;
  private static final int BATCH = 512;
  private static final Duration GATHERING = Duration.ofMillis(500);
  private static final Duration SENDING = Duration.ofSeconds(10);
  private static final Duration ENDING = Duration.ofSeconds(2);

  private final SpanExporter exporter;
  private final SpanForm form;
  private final SpanCounts counts;
  private final String target;
  private final long most;
  private final BlockingQueue<Letter> letters = new ArrayBlockingQueue<>(ROOM);
  private final Thread thread;
  private volatile boolean ending;
  private volatile long deadline;
  private boolean failing;

  private sealed interface Letter {
    /** To be sent. */
    record Of(Span span) implements Letter {}

    /** Nothing follows. */
    record Last() implements Letter {}
  }

  /**
   * Begins to send.
   *
   * @param exporter becomes the sender's
   * @param sample the share of traces that is sent
   * @param target what the exporter sends to, for people
   */
  OtlpSender(
      SpanExporter exporter, SpanForm form, double sample, String target, SpanCounts counts) {
    this.exporter = exporter;
    this.form = form;
    this.counts = counts;
    this.target = target;
    // As a double it has no value for the greatest number.
    this.most = sample >= 1 ? Long.MAX_VALUE : (long) (sample * Long.MAX_VALUE) - 1;
    this.thread = Thread.ofPlatform().daemon().name("traces").start(this::run);
  }

  static OtlpSender open(TraceOptions options, String instance, SpanCounts counts) {
    String endpoint = options.endpoint().toString().replaceAll("/+$", "") + "/v1/traces";
    var exporter =
        OtlpHttpSpanExporter.builder()
            .setEndpoint(endpoint)
            .setTimeout(SENDING)
            .setMeterProvider(MeterProvider.noop());
    TraceOptions.Header header = options.header();
    if (header != null) {
      exporter.addHeader(header.name(), header.value());
    }
    var resource =
        Map.of(
            "service.name",
            "millrace",
            "service.version",
            Version.text(),
            "service.instance.id",
            instance);
    return new OtlpSender(
        exporter.build(), new SpanForm(resource), options.sample(), endpoint, counts);
  }

  @Override
  public boolean on() {
    return true;
  }

  @Override
  public void tell(Span span) {
    if (isSampled(span.trace()) && !letters.offer(new Letter.Of(span))) {
      counts.dropped().increment();
    }
  }

  /** By the second half of the trace's id, so that all processes say the same of a trace. */
  private boolean isSampled(String trace) {
    return Long.parseUnsignedLong(trace, 16, 32, 16) >>> 1 <= most;
  }

  private void run() {
    try {
      boolean more = true;
      while (more && !Thread.currentThread().isInterrupted()) {
        more = sendSome();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Tells whether any may follow. */
  private boolean sendSome() throws InterruptedException {
    List<SpanData> batch = new ArrayList<>();
    try {
      boolean more = gather(batch);
      if (!batch.isEmpty()) {
        send(batch);
      }
      return more;
    } catch (RuntimeException e) {
      counts.dropped().increment(batch.size());
      log.error("{} spans could not be sent", batch.size(), e);
      return true;
    }
  }

  /** Waits for some, then a little for more; tells whether any may follow. */
  private boolean gather(List<SpanData> batch) throws InterruptedException {
    Letter next = ending ? letters.poll() : letters.take();
    long until = System.nanoTime() + GATHERING.toNanos();
    while (next instanceof Letter.Of(Span span)) {
      batch.add(form.of(span));
      if (batch.size() == BATCH) {
        return true;
      }
      long left = ending ? 0 : until - System.nanoTime();
      next = letters.poll(left, TimeUnit.NANOSECONDS);
      if (next == null) {
        return !ending;
      }
    }
    return false;
  }

  private void send(List<SpanData> batch) {
    CompletableResultCode result = exporter.export(batch);
    long patience = ending ? deadline - System.nanoTime() : 2 * SENDING.toNanos();
    var _ = result.join(Math.max(0, patience), TimeUnit.NANOSECONDS);
    if (result.isSuccess()) {
      counts.sent().increment(batch.size());
      if (failing) {
        failing = false;
        log.info("spans are taken again by {}", target);
      }
    } else {
      counts.dropped().increment(batch.size());
      if (!failing) {
        failing = true;
        log.warn("spans are not taken by {} and are dropped: {}", target, why(result));
      }
    }
  }

  private static String why(CompletableResultCode result) {
    Throwable cause = result.getFailureThrowable();
    if (cause == null) {
      return "no answer";
    }
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  /** Sends what there is still, for two seconds at most; what is told later is not sent. */
  @Override
  public void close() {
    deadline = System.nanoTime() + ENDING.toNanos();
    ending = true;
    boolean _ = letters.offer(new Letter.Last());
    if (!isOver()) {
      thread.interrupt();
    }
    for (Letter left = letters.poll(); left != null; left = letters.poll()) {
      counts.dropped().increment(left instanceof Letter.Of ? 1 : 0);
    }
    var _ = exporter.shutdown();
  }

  private boolean isOver() {
    try {
      return thread.join(ENDING);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
