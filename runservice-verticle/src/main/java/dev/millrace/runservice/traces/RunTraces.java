package dev.millrace.runservice.traces;

import dev.millrace.bus.ledger.LedgerView;
import dev.millrace.bus.ledger.Rules;
import dev.millrace.events.CommandId;
import dev.millrace.events.LedgerRecord.Cause;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.Outcome;
import dev.millrace.events.RunId;
import dev.millrace.events.run.RunCatalog;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunCommand.OfRun;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.RunTrace;
import dev.millrace.events.run.Runs;
import dev.millrace.traces.Span;
import dev.millrace.traces.Traces;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/**
 * Tells what is decided here about runs: each decision, from its time until it was read back, and
 * what it has ended ({@link EndSpans}). It hears of decisions as every reader does, so that none is
 * told that does not count.
 */
public final class RunTraces {
  private final Traces traces;
  private final InstantSource clock;
  private final Notes notes = new Notes();

  public RunTraces(Traces traces, InstantSource clock) {
    this.traces = traces;
    this.clock = clock;
  }

  /** The rules, such that it is known here what was asked of them. */
  public Rules<Runs, RunCommand, RunEvent> noting(Rules<Runs, RunCommand, RunEvent> rules) {
    return traces.on() ? new NotedRules(rules, notes) : rules;
  }

  /**
   * Begins to tell.
   *
   * @param writes which partitions are decided here
   */
  public void tell(LedgerView<Runs, RunEvent> runs, IntPredicate writes) {
    if (traces.on()) {
      var _ = runs.subscribe(new Listening(writes, this));
    }
  }

  private record Listening(IntPredicate writes, RunTraces telling)
      implements LedgerView.Listener<Runs, RunEvent> {
    @Override
    public void folding(int partition, long n, Runs state) {}

    @Override
    public void accepted(
        int partition, long offset, Decided<RunEvent> decision, Runs before, Runs after) {
      if (writes.test(partition)) {
        telling.decided(partition, decision, before, after);
      }
    }
  }

  private void decided(int partition, Decided<RunEvent> decision, Runs before, Runs after) {
    Instant now = clock.instant();
    switch (decision.cause()) {
      case Cause.OfCommand cause -> {
        CommandId id = cause.id();
        RunCommand asked = id == null ? null : notes.remove(id);
        if (asked instanceof OfRun about) {
          if (isOne(about.run(), before)) {
            traces.tell(
                decision(
                    about.run(),
                    RunTrace.attributes(about),
                    type(about),
                    partition,
                    decision,
                    now));
          }
        } else {
          created(partition, decision, now);
        }
      }
      case Cause.OfTick _ -> ticked(partition, decision, now);
      case Cause.Trying _ -> {}
    }
    EndSpans.of(decision, after).forEach(traces::tell);
  }

  /** Whether there is or was such a run: anybody may ask for any number. */
  private static boolean isOne(RunId run, Runs before) {
    return before.run(run) != null || before.hasEnded(run);
  }

  private void created(int partition, Decided<RunEvent> decision, Instant now) {
    for (RunEvent event : decision.events()) {
      if (event instanceof RunEvent.RunCreated(RunId run, _)) {
        traces.tell(about(run, "create-runs", partition, decision, now));
      }
    }
  }

  private void ticked(int partition, Decided<RunEvent> decision, Instant now) {
    var runs =
        decision.events().stream()
            .filter(RunEvent.OfRun.class::isInstance)
            .map(event -> ((RunEvent.OfRun) event).run())
            .collect(Collectors.toSet());
    runs.forEach(run -> traces.tell(about(run, "tick", partition, decision, now)));
  }

  private static String type(OfRun command) {
    return RunCatalog.COMMANDS.entry(command).type();
  }

  private static Span about(
      RunId run, String what, int partition, Decided<RunEvent> decision, Instant now) {
    return decision(run, RunTrace.attributes(run), what, partition, decision, now);
  }

  // Below the run, also of an attempt: one that was given back has no span of its own.
  private static Span decision(
      RunId run,
      Map<String, Object> attributes,
      String what,
      int partition,
      Decided<RunEvent> decision,
      Instant now) {
    RunTrace trace = RunTrace.of(run);
    attributes.put("millrace.partition", (long) partition);
    attributes.put("millrace.n", decision.n());
    if (decision.cause() instanceof Cause.OfCommand command && command.id() != null) {
      attributes.put("millrace.command", command.id().value());
    }
    var span =
        new Span(
            trace.id(),
            null,
            trace.whole(),
            "decide " + what,
            decision.at(),
            now,
            attributes,
            null);
    return switch (decision.outcome()) {
      case Outcome.Accepted _ -> span.with("millrace.outcome", "accepted");
      case Outcome.Rejected(var code, _) -> span.with("millrace.outcome", code.wire());
    };
  }
}
