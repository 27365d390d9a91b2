package dev.millrace.launcher.traces;

import static java.time.Instant.EPOCH;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.RunId;
import dev.millrace.events.run.RunTrace;
import dev.millrace.traces.Span;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class OtlpSenderTest {
  private static final RunTrace TRACE = RunTrace.of(RunId.parse("project/p/1"));

  private final Taker taker = new Taker();
  private final SpanCounts counts = SpanCounts.in(new SimpleMeterRegistry());
  private OtlpSender sender = sender(1);

  private OtlpSender sender(double sample) {
    var form = new SpanForm(Map.of("service.instance.id", "runservice-a"));
    return new OtlpSender(taker, form, sample, "http://taker", counts);
  }

  @AfterEach
  void close() {
    sender.close();
  }

  private static Span span(RunTrace trace, String name) {
    return new Span(
        trace.id(),
        null,
        trace.whole(),
        name,
        EPOCH,
        EPOCH.plusMillis(5),
        Map.of("millrace.n", 7L, "millrace.run", "r", "yes", true),
        null);
  }

  private static Span numbered(int run) {
    return span(RunTrace.of(RunId.parse("project/p/" + run)), "n");
  }

  @Test
  void aSpanIsSentAsItIs() {
    Instant end = EPOCH.plusSeconds(3);
    sender.tell(new Span(TRACE.id(), TRACE.cause(), null, "push", EPOCH, end, Map.of(), "no room"));
    sender.tell(span(TRACE, "decide start-run"));
    sender.close();

    SpanData first = taker.taken().getFirst();
    assertThat(first.getTraceId()).isEqualTo(TRACE.id());
    assertThat(first.getSpanId()).isEqualTo(TRACE.cause());
    assertThat(first.getParentSpanContext().isValid()).isFalse();
    assertThat(first.getName()).isEqualTo("push");
    assertThat(first.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(first.getStatus().getDescription()).isEqualTo("no room");
    assertThat(first.getEndEpochNanos()).isEqualTo(Duration.ofSeconds(3).toNanos());
    assertThat(first.getResource().getAttribute(AttributeKey.stringKey("service.instance.id")))
        .isEqualTo("runservice-a");
    SpanData second = taker.taken().getLast();
    assertThat(second.getTraceId()).isEqualTo(TRACE.id());
    assertThat(second.getSpanId()).matches("[0-9a-f]{16}").isNotEqualTo(TRACE.cause());
    assertThat(second.getParentSpanId()).isEqualTo(TRACE.whole());
    assertThat(second.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(second.getAttributes().get(AttributeKey.longKey("millrace.n"))).isEqualTo(7);
    assertThat(second.getAttributes().get(AttributeKey.booleanKey("yes"))).isTrue();
    assertThat(counts.sent().count()).isEqualTo(2);
  }

  @Test
  void whatIsRefusedIsDroppedAndTheNextIsTriedAgain() throws Exception {
    taker.answer(Taker.Answer.REFUSE);
    sender.tell(numbered(1));
    taker.awaitAsked(1);
    taker.answer(Taker.Answer.TAKE);
    sender.tell(numbered(2));
    sender.close();

    assertThat(taker.taken()).hasSize(1);
    assertThat(counts.dropped().count()).isEqualTo(1);
    assertThat(counts.sent().count()).isEqualTo(1);
  }

  @Test
  void oneThatFailsAtSomeSpansIsGivenTheNext() throws Exception {
    taker.answer(Taker.Answer.FAIL);
    sender.tell(numbered(1));
    taker.awaitAsked(1);
    taker.answer(Taker.Answer.TAKE);
    sender.tell(numbered(2));
    sender.close();

    assertThat(taker.taken()).hasSize(1);
    assertThat(counts.dropped().count()).isEqualTo(1);
  }

  @Test
  void whoTellsDoesNotWaitForOneThatDoesNotAnswer() throws Exception {
    taker.answer(Taker.Answer.NONE);
    sender.tell(numbered(1));
    taker.awaitAsked(1);
    int more = OtlpSender.ROOM + 100;
    for (int i = 1; i <= more; i++) {
      sender.tell(numbered(1 + i));
    }
    assertThat(counts.dropped().count()).isEqualTo(100);
    sender.close(); // within its two seconds, or the test takes too long
    assertThat(counts.dropped().count()).isGreaterThanOrEqualTo(more);
    assertThat(counts.sent().count()).isZero();
  }

  @Test
  void allThatWasToldIsSentAtTheEnd() {
    for (int i = 1; i <= 5_000; i++) {
      sender.tell(numbered(i));
    }
    sender.close();
    assertThat(taker.taken()).hasSize(5_000);
  }

  @Test
  void allProcessesTakeTheSameShareOfTraces() {
    sender.close();
    sender = sender(0.25);
    for (int i = 1; i <= 4_000; i++) {
      sender.tell(numbered(i));
      sender.tell(numbered(i));
    }
    sender.close();

    var traces = taker.taken().stream().map(SpanData::getTraceId).distinct().toList();
    assertThat(traces).hasSizeBetween(850, 1_150);
    assertThat(taker.taken()).hasSize(2 * traces.size());
    assertThat(counts.dropped().count()).isZero();
  }

  @Test
  void aShareOfNothingIsNothing() {
    sender.close();
    sender = sender(0);
    List.of(1, 2, 3).forEach(i -> sender.tell(numbered(i)));
    sender.close();
    assertThat(taker.taken()).isEmpty();
  }
}
