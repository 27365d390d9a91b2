package dev.millrace.runservice.logs;

import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.LogRange;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.Run.Attempt;
import dev.millrace.events.run.Run.StepState;
import dev.millrace.events.run.Run.Task;
import dev.millrace.http.ProblemException;
import dev.millrace.runservice.feed.Inbox;
import dev.millrace.runservice.logs.LogPart.Bytes;
import dev.millrace.runservice.logs.LogPart.Lines;
import dev.millrace.runservice.logs.LogPart.Rest;
import dev.millrace.runservice.logs.LogPart.Tail;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One reader on its way through the log of a task. Used by one thread. */
public final class LogReading {
  static final Duration KEEP_ALIVE = Duration.ofSeconds(15);
  private static final long INBOX = 4 << 20;
  private final TaskLogs logs;
  private final LogQuery query;
  private final Inbox<Placed> inbox = new Inbox<>(INBOX);
  private final AtomicReference<Run> latest;
  private @Nullable Attempt chosen; // positions are those of one attempt
  private @Nullable Bytes part;

  LogReading(TaskLogs logs, Run run, LogQuery query) {
    this.logs = logs;
    this.query = query;
    this.latest = new AtomicReference<>(run);
  }

  /**
   * Where in the log reading begins: a position in the step, or in all steps joined, of the attempt
   * that is read from now on.
   *
   * @throws ProblemException 404 if the line to begin with is not there yet and what comes is to be
   *     followed; as {@link #writeTo} if lines cannot be counted
   */
  public long begin() throws IOException, InterruptedException {
    if (chosen == null) {
      chosen = claimed();
    }
    if (part == null) {
      part = bytes(query.part(), chosen);
    }
    return part.from();
  }

  /** The attempt that is read; null if there is none yet. */
  public @Nullable Integer attempt() {
    return chosen == null ? null : (Integer) chosen.number();
  }

  private Bytes bytes(LogPart wanted, @Nullable Attempt attempt)
      throws IOException, InterruptedException {
    return switch (wanted) {
      case Bytes bytes -> bytes;
      case Rest(Tail _, long from) -> new Bytes(from, Long.MAX_VALUE);
      case Rest(LogPart of, long from) -> new Bytes(from, bytes(of, attempt).to());
      case Lines lines when attempt == null -> {
        refuseToWait(lines, 0);
        yield new Bytes(0, Long.MAX_VALUE);
      }
      case Tail _ when attempt == null -> new Bytes(0, Long.MAX_VALUE);
      case Lines lines -> bytes(lines, search(attempt));
      case Tail(long count) -> {
        LineSearch search = search(attempt);
        long first = Math.max(1, search.lines() - count + 1);
        yield new Bytes(search.position(first), Long.MAX_VALUE);
      }
    };
  }

  private Bytes bytes(Lines lines, LineSearch search) throws IOException, InterruptedException {
    refuseToWait(lines, search.lines());
    long from = search.position(lines.first());
    boolean all = lines.count() > search.lines() - lines.first();
    return new Bytes(from, all ? Long.MAX_VALUE : search.position(lines.first() + lines.count()));
  }

  private void refuseToWait(Lines lines, long there) {
    if (query.follow() && lines.first() > there + 1) {
      throw ProblemException.notFound(
          "there is no line %d yet: the log has %d".formatted(lines.first(), there));
    }
  }

  private LineSearch search(Attempt attempt) throws IOException, InterruptedException {
    var ref = new AttemptRef(query.run(), query.task(), attempt.number());
    var nobody = new LineCount(0, false, -1);
    try (var reader = new StepReader(logs, this, inbox, ref, attempt, nobody)) {
      Integer only = query.step();
      IntStream steps =
          only == null ? IntStream.range(0, task().spec().steps().size()) : IntStream.of(only);
      return LineSearch.of(logs.stored().archive(), reader, steps);
    }
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
      chosen = attempt;
      begin();
      Bytes wanted = Objects.requireNonNull(part);
      if (wanted.from() < wanted.to()) {
        write(wanted, attempt, sink);
      }
    }
  }

  private void write(Bytes wanted, Attempt attempt, LogSink sink)
      throws IOException, InterruptedException {
    boolean all = wanted.to() == Long.MAX_VALUE;
    LogSink to = all ? sink : new UpToSink(sink, wanted.to());
    var ref = new AttemptRef(query.run(), query.task(), attempt.number());
    try (var reader = new StepReader(logs, this, inbox, ref, attempt, to)) {
      steps(reader, wanted.from());
    } catch (UpToSink.ReachedException _) {
      // all that is wanted
    }
  }

  private void hear(Run run) {
    latest.accumulateAndGet(run, (a, b) -> b.revision() >= a.revision() ? b : a);
    inbox.poke();
  }

  private void steps(StepReader reader, long from) throws IOException, InterruptedException {
    Integer only = query.step();
    if (only != null) {
      reader.read(only, 0, from);
      return;
    }
    long base = 0;
    for (int step = 0; step < task().spec().steps().size(); step++) {
      LogRange range = state(reader.attempt(), step).log();
      if (range != null && base + range.bytes() < from) {
        base += range.bytes();
        continue;
      }
      if (!reader.read(step, base, Math.max(0, from - base))) {
        return;
      }
      base = reader.position();
    }
  }

  /** The attempt, once an executor has claimed it; null if that will not be, or is not awaited. */
  private @Nullable Attempt awaitAttempt(LogSink sink) throws IOException, InterruptedException {
    while (true) {
      Attempt attempt = chosen == null ? claimed() : chosen;
      if (attempt != null) {
        return attempt;
      }
      if (!query.follow() || task().status().ended() || still()) {
        return null;
      }
      if (!inbox.awaitPoke(KEEP_ALIVE)) {
        sink.idle();
      }
    }
  }

  private @Nullable Attempt claimed() {
    Integer number = query.attempt();
    Attempt attempt = number == null ? task().lastAttempt() : Attempts.find(task(), number);
    return attempt != null && attempt.claimed() ? attempt : null;
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
