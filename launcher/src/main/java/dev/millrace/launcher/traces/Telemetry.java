package dev.millrace.launcher.traces;

import dev.millrace.launcher.settings.TraceOptions;
import dev.millrace.traces.Traces;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The traces of one process, on or off. */
public final class Telemetry implements AutoCloseable {
  private final @Nullable OtlpSender sender;

  private Telemetry(@Nullable OtlpSender sender) {
    this.sender = sender;
  }

  /**
   * Begins to send, if that is wanted. It does not matter whether anybody takes it.
   *
   * @param options empty: nothing is sent
   * @param instance names this life of the process
   */
  public static Telemetry of(
      Optional<TraceOptions> options, String instance, MeterRegistry meters) {
    SpanCounts counts = SpanCounts.in(meters);
    return new Telemetry(
        options.map(wanted -> OtlpSender.open(wanted, instance, counts)).orElse(null));
  }

  /** Takes spans. */
  public Traces traces() {
    return sender == null ? Traces.OFF : sender;
  }

  /** Sends what there is still, for two seconds at most. */
  @Override
  public void close() {
    if (sender != null) {
      sender.close();
    }
  }
}
