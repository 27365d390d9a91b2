package dev.millrace.launcher.traces;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * What has become of spans.
 *
 * @param sent they were taken where they were sent
 * @param dropped they were not, or there were too many
 */
record SpanCounts(Counter sent, Counter dropped) {
  static SpanCounts in(MeterRegistry meters) {
    return new SpanCounts(counter(meters, "sent"), counter(meters, "dropped"));
  }

  private static Counter counter(MeterRegistry meters, String outcome) {
    return Counter.builder("millrace.traces.spans")
        .description("Spans of traces, if these are on")
        .tag("outcome", outcome)
        .register(meters);
  }
}
