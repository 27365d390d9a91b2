package dev.millrace.scheduler;

import dev.millrace.bus.ledger.Timing;
import dev.millrace.events.Command;
import dev.millrace.events.run.RunCatalog;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunCommand.OfRun;
import dev.millrace.events.run.RunTrace;
import dev.millrace.traces.Span;
import dev.millrace.traces.Traces;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells what the scheduler asks for: from when it saw the reason until the command is on its topic.
 */
record AskedSpans(Traces traces, Timing timing) {

  /**
   * A command was sent. Any thread.
   *
   * @param seen when the reason was seen, in the nanoseconds of the clock
   * @param failure null if it is on its topic
   */
  void sent(Command<RunCommand> command, long seen, @Nullable Throwable failure) {
    if (traces.on() && command.body() instanceof OfRun about) {
      Instant now = timing.wall().instant();
      Instant start = now.minusNanos(timing.nanos().getAsLong() - seen);
      Span span = span(about, command.id().value(), start, now);
      traces.tell(failure == null ? span : span.failed("it may not have been sent"));
    }
  }

  private static Span span(OfRun about, String id, Instant start, Instant end) {
    RunTrace trace = RunTrace.of(about.run());
    Map<String, Object> attributes = RunTrace.attributes(about);
    attributes.put("millrace.command", id);
    return new Span(
        trace.id(),
        null,
        trace.whole(),
        "ask " + RunCatalog.COMMANDS.entry(about).type(),
        start,
        end,
        attributes,
        null);
  }
}
