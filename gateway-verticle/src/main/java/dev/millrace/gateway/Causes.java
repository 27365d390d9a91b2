package dev.millrace.gateway;

import dev.millrace.events.Delivery;
import dev.millrace.events.RunId;
import dev.millrace.events.run.RunTrace;
import dev.millrace.traces.Span;
import dev.millrace.traces.Traces;
import java.time.Instant;
import java.util.List;

/**
 * Tells what asked for runs: the first span in the trace of each. A run that another program asks
 * for on Kafka has none, nor has one whose push is answered while no gateway listens.
 */
record Causes(Traces traces) {

  /**
   * A push has led to these runs.
   *
   * @param asked when they were asked for
   */
  void pushed(Delivery delivery, Instant asked, List<RunId> runs) {
    if (!traces.on()) {
      return;
    }
    for (RunId run : runs) {
      Span span =
          cause("push", run, delivery.receivedAt(), asked)
              .with("vcs.ref.head.name", delivery.ref().replaceFirst("^refs/(heads|tags)/", ""))
              .with("vcs.ref.type", delivery.ref().startsWith("refs/tags/") ? "tag" : "branch");
      traces.tell(
          delivery.after() == null ? span : span.with("vcs.ref.head.revision", delivery.after()));
    }
  }

  /** Somebody has asked for these runs over HTTP. */
  void requested(Instant from, Instant to, List<RunId> runs) {
    if (!traces.on()) {
      return;
    }
    for (RunId run : runs) {
      traces.tell(cause("create run", run, from, to));
    }
  }

  private static Span cause(String name, RunId run, Instant from, Instant to) {
    RunTrace trace = RunTrace.of(run);
    return new Span(
        trace.id(), trace.cause(), null, name, from, to, RunTrace.attributes(run), null);
  }
}
