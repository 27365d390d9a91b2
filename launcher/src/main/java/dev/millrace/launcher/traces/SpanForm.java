package dev.millrace.launcher.traces;

import dev.millrace.traces.Span;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes spans of OpenTelemetry of ours, with the ids that these have. One thread. */
final class SpanForm implements IdGenerator, SpanProcessor {
  private static final String SCOPE = "dev.millrace";

  private final IdGenerator random = IdGenerator.random();
  private final Tracer tracer;
  private @Nullable Span current;
  private @Nullable SpanData made;

  /**
   * Of one process.
   *
   * @param resource what it says of itself
   */
  SpanForm(Map<String, String> resource) {
    AttributesBuilder about = Attributes.builder();
    resource.forEach(about::put);
    this.tracer =
        SdkTracerProvider.builder()
            .setResource(Resource.create(about.build()))
            .setIdGenerator(this)
            .setSampler(Sampler.alwaysOn())
            .addSpanProcessor(this)
            .build()
            .get(SCOPE);
  }

  SpanData of(Span span) {
    current = span;
    SpanBuilder builder =
        tracer
            .spanBuilder(span.name())
            .setStartTimestamp(span.start())
            .setAllAttributes(attributes(span.attributes()));
    String parent = span.parent();
    var started =
        (parent == null
                ? builder.setNoParent()
                : builder.setParent(Context.root().with(below(span.trace(), parent))))
            .startSpan();
    String failure = span.failure();
    if (failure != null) {
      started.setStatus(StatusCode.ERROR, failure);
    }
    started.end(span.end());
    return Objects.requireNonNull(made, "all are sampled");
  }

  private static io.opentelemetry.api.trace.Span below(String trace, String parent) {
    return io.opentelemetry.api.trace.Span.wrap(
        SpanContext.createFromRemoteParent(
            trace, parent, TraceFlags.getSampled(), TraceState.getDefault()));
  }

  private static Attributes attributes(Map<String, Object> all) {
    AttributesBuilder builder = Attributes.builder();
    all.forEach(
        (key, value) -> {
          switch (value) {
            case Long number -> builder.put(key, number.longValue());
            case Boolean truth -> builder.put(key, truth.booleanValue());
            default -> builder.put(key, value.toString());
          }
        });
    return builder.build();
  }

  @Override
  public void onEnd(ReadableSpan span) {
    made = span.toSpanData();
  }

  @Override
  public boolean isEndRequired() {
    return true;
  }

  @Override
  public void onStart(Context parent, ReadWriteSpan span) {}

  @Override
  public boolean isStartRequired() {
    return false;
  }

  @Override
  public String generateSpanId() {
    String id = current == null ? null : current.id();
    return id == null ? random.generateSpanId() : id;
  }

  @Override
  public String generateTraceId() {
    return current == null ? random.generateTraceId() : current.trace();
  }
}
