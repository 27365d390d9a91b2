package dev.millrace.runservice.logs;

import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.LogRange;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.Run.Attempt;
import dev.millrace.events.run.Run.StepState;
import dev.millrace.events.run.Run.Task;
import dev.millrace.runservice.feed.Inbox;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One reader on its way through the log of a task. Used by one thread. */
public final class LogReading {
  static final Duration KEEP_ALIVE = Duration.ofSeconds(15);
  private static final long INBOX = 4 << 20;
  private final TaskLogs logs;
  private final LogQuery query;
  private final Inbox<Placed> inbox = new Inbox<>(INBOX);
  private final AtomicReference<Run> latest;

  LogReading(TaskLogs logs, Run run, LogQuery query) {
    this.logs = logs;
    this.query = query;
    this.latest = new AtomicReference<>(run);
  }

  /**
   * Writes the log to the sink and returns at its end; when following, at the end of the step or,
   * without a step, of the attempt.
   *
   * @throws LogGapException if bytes are missing; all before them were written
   */
  public void writeTo(LogSink sink) throws IOException, InterruptedException {
    try (var _ = logs.runs().watch(query.run(), this::hear)) {
      Attempt attempt = awaitAttempt(sink);
      if (attempt == null) {
        return;
      }
      var ref = new AttemptRef(query.run(), query.task(), attempt.number());
      try (var reader = new StepReader(logs, this, inbox, ref, attempt, sink)) {
        steps(reader);
      }
    }
  }

  private void hear(Run run) {
    latest.accumulateAndGet(run, (a, b) -> b.revision() >= a.revision() ? b : a);
    inbox.poke();
  }

  private void steps(StepReader reader) throws IOException, InterruptedException {
    Integer only = query.step();
    if (only != null) {
      reader.read(only, 0, query.from());
      return;
    }
    long base = 0;
    for (int step = 0; step < task().spec().steps().size(); step++) {
      LogRange range = state(reader.attempt(), step).log();
      if (range != null && base + range.bytes() < query.from()) {
        base += range.bytes();
        continue;
      }
      if (!reader.read(step, base, Math.max(0, query.from() - base))) {
        return;
      }
      base = reader.position();
    }
  }

  /** The attempt, once an executor has claimed it; null if that will not be, or is not awaited. */
  private @Nullable Attempt awaitAttempt(LogSink sink) throws IOException, InterruptedException {
    while (true) {
      Task task = task();
      Integer number = query.attempt();
      Attempt attempt = number == null ? task.lastAttempt() : Attempts.find(task, number);
      if (attempt != null && attempt.claimed()) {
        return attempt;
      }
      if (!query.follow() || task.status().ended() || still()) {
        return null;
      }
      if (!inbox.awaitPoke(KEEP_ALIVE)) {
        sink.idle();
      }
    }
  }

  /** Whether nothing will change in the run any more. */
  boolean still() {
    Run run = run();
    return run.phase().ended() || run.frozen() != null;
  }

  boolean following() {
    return query.follow();
  }

  private Run run() {
    return Objects.requireNonNull(latest.get());
  }

  Task task() {
    return Objects.requireNonNull(run().tasks().get(query.task()));
  }

  Attempt attempt(int number) {
    return Objects.requireNonNull(Attempts.find(task(), number));
  }

  StepState state(int attempt, int step) {
    return attempt(attempt).steps().get(step);
  }
}
