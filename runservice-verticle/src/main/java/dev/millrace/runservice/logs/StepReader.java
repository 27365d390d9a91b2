package dev.millrace.runservice.logs;

import dev.millrace.datamanager.logs.StepKey;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.LogRange;
import dev.millrace.events.run.Run.Attempt;
import dev.millrace.events.run.Run.StepState;
import dev.millrace.events.run.StepStatus;
import dev.millrace.runservice.feed.Inbox;
import dev.millrace.runservice.logs.LogTail.Joined;
import dev.millrace.runservice.logs.StepSource.Wanted;
import dev.millrace.runservice.logs.StepStart.Start;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Reads the steps of one attempt, as far as they are there or as they grow.
 *
 * <p>Where a step begins on Kafka is known exactly only once its report names its range. Before
 * that the reader starts from what the tail remembers; if there turns out to be a gap, it starts
 * again with the archive and from an offset that is certainly early enough, and only a gap that is
 * still there is reported.
 */
final class StepReader implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(1);
  private final TaskLogs logs;
  private final LogReading reading;
  private final Inbox<Placed> inbox;
  private final AttemptRef attempt;
  private final String incarnation;
  private final LogSink sink;
  private final StepStart start;
  private final StepSource source;
  private final int partition;
  private @Nullable Joined joined;
  private long position;

  StepReader(
      TaskLogs logs,
      LogReading reading,
      Inbox<Placed> inbox,
      AttemptRef ref,
      Attempt claimed,
      LogSink sink) {
    this.logs = logs;
    this.reading = reading;
    this.inbox = inbox;
    this.attempt = ref;
    this.incarnation = claimed.executor().incarnation();
    this.sink = sink;
    this.partition = logs.partition(ref.run());
    this.start = new StepStart(logs, LogTail.partition(partition));
    this.source = new StepSource(logs, partition, start);
  }

  int attempt() {
    return attempt.attempt();
  }

  /** Where the step that was read last ended, in all that is being read. */
  long position() {
    return position;
  }

  /**
   * Reads one step.
   *
   * @param base position of its first byte in all that is being read
   * @param from position in the step of the first byte that is wanted
   * @return whether the step has ended, so that the next one is to be read
   */
  boolean read(int step, long base, long from) throws IOException, InterruptedException {
    if (!awaitBegin(step)) {
      return false;
    }
    var spec = reading.task().spec().steps().get(step);
    sink.begin(attempt(), step, spec, base);
    var bytes = new StepBytes(key(step), base, from, sink);
    boolean ended = reading.following() ? follow(step, bytes) : readWhatIsThere(step, bytes);
    position = base + bytes.position();
    if (ended) {
      sink.end(attempt(), step, state(step), position);
    }
    return ended;
  }

  /** Whether the step has begun, or will not; waits for it when following. */
  private boolean awaitBegin(int step) throws IOException, InterruptedException {
    while (!begun(step)) {
      if (over() || !reading.following()) {
        return false;
      }
      if (joined == null) {
        join();
        continue; // it may have begun before that
      }
      Placed first = inbox.peek();
      if (first != null && first.chunk().step() == step) {
        return true;
      }
      if (first != null && first.chunk().step() < step) {
        inbox.poll();
      } else if (inbox.overflown()) {
        joined = null;
      } else if (!(first == null
          ? inbox.await(LogReading.KEEP_ALIVE)
          : inbox.awaitPoke(LogReading.KEEP_ALIVE))) {
        sink.idle();
      }
    }
    return true;
  }

  /** Whose output the step has. */
  StepKey key(int step) {
    return new StepKey(attempt, incarnation, step);
  }

  /** Output may come before the news that its step has begun. */
  boolean begun(int step) {
    return state(step).status() != StepStatus.notstarted || logs.tail().hints(key(step)) != null;
  }

  /** What came later does not count: a step whose attempt ended without a report on it. */
  Instant until(int step) {
    Instant end = state(step).log() == null ? reading.attempt(attempt()).endedAt() : null;
    return end == null ? Instant.MAX : end;
  }

  /**
   * Reads what there is now of a step that has begun.
   *
   * @return whether it has ended
   */
  boolean readWhatIsThere(int step, StepBytes bytes) throws IOException, InterruptedException {
    StepState state = state(step);
    if (state.log() != null) {
      readRange(state.log(), bytes);
    } else if (over()) {
      readWhatCame(step, bytes);
    } else {
      readBefore(Long.MAX_VALUE, step, bytes);
    }
    return state.log() != null || over();
  }

  private boolean follow(int step, StepBytes bytes) throws IOException, InterruptedException {
    boolean caughtUp = false;
    while (true) {
      StepState state = state(step);
      LogRange range = state.log();
      if (range != null) {
        if (!caughtUp || !mayComeYet(step, range, bytes) || !takeFromInbox(step, bytes, SOON)) {
          readRange(range, bytes);
          return true;
        }
      } else if (over()) {
        readWhatCame(step, bytes);
        return true;
      } else if (!caughtUp || inbox.overflown()) {
        catchUp(step, bytes);
        caughtUp = true;
      } else if (!takeFromInbox(step, bytes, LogReading.KEEP_ALIVE)) {
        sink.idle();
      }
    }
  }

  /** Whether the last chunks of a step that has ended are on their way through the tail. */
  private boolean mayComeYet(int step, LogRange range, StepBytes bytes) {
    Placed next = inbox.peek();
    return bytes.position() < range.bytes()
        && !inbox.overflown()
        && (next == null || next.chunk().step() <= step);
  }

  /** Reads up to where the inbox begins. */
  private void catchUp(int step, StepBytes bytes) throws IOException, InterruptedException {
    Joined now = join();
    if (inbox.overflown()) {
      joined = null;
      now = join();
    }
    boolean none = hints(bytes) == null && StepStart.seenBy(now, reading.attempt(attempt()));
    if (!none) {
      readBefore(now.next(), step, bytes);
    }
  }

  private Joined join() {
    Joined now = joined;
    if (now == null) {
      now = logs.tail().join(partition, attempt, incarnation, inbox);
      joined = now;
    }
    return now;
  }

  /** Takes what has come; waits for something at most as long as told. */
  private boolean takeFromInbox(int step, StepBytes bytes, Duration patience)
      throws IOException, InterruptedException {
    boolean news = false;
    for (Placed next = inbox.peek();
        next != null && next.chunk().step() <= step;
        next = inbox.peek()) {
      inbox.poll();
      takeLive(next, step, bytes);
      news = true;
    }
    if (news) {
      return true;
    }
    return inbox.peek() == null ? inbox.await(patience) : inbox.awaitPoke(patience);
  }

  private void takeLive(Placed next, int step, StepBytes bytes)
      throws IOException, InterruptedException {
    try {
      bytes.take(next.chunk());
    } catch (LogGapException _) {
      source.read(bytes, null, find(step), Wanted.before(next.offset() + 1));
    }
  }

  private void readRange(LogRange range, StepBytes bytes) throws IOException, InterruptedException {
    if (bytes.position() >= range.bytes()) {
      return;
    }
    Long hint = hint(bytes);
    source.read(
        bytes,
        hint == null ? range.first() : (Long) Math.max(hint, range.first()),
        () -> new Start(range.first(), true),
        new Wanted(range.last() + 1, range.bytes(), Instant.MAX));
    if (bytes.position() < range.bytes()) {
      throw new LogGapException(bytes.key(), bytes.position(), range.bytes());
    }
  }

  /** What came of a step whose attempt ended without a report on it. */
  private void readWhatCame(int step, StepBytes bytes) throws IOException, InterruptedException {
    Attempt ended = reading.attempt(attempt());
    var wanted = new Wanted(start.endOf(ended), Long.MAX_VALUE, until(step));
    source.read(bytes, hint(bytes), find(step), wanted);
  }

  private void readBefore(long offset, int step, StepBytes bytes)
      throws IOException, InterruptedException {
    source.read(bytes, hint(bytes), find(step), Wanted.before(offset));
  }

  private StepSource.Finding find(int step) {
    return () -> start.of(reading.attempt(attempt()), step);
  }

  private @Nullable StepHints hints(StepBytes bytes) {
    return logs.tail().hints(bytes.key());
  }

  /** An offset from which on all that is wanted is found, as far as the tail remembers. */
  private @Nullable Long hint(StepBytes bytes) {
    StepHints hints = hints(bytes);
    return hints == null ? null : hints.offsetFor(bytes.position());
  }

  private StepState state(int step) {
    return reading.state(attempt(), step);
  }

  private boolean over() {
    return reading.attempt(attempt()).outcome() != null || reading.still();
  }

  @Override
  public void close() {
    if (joined != null) {
      logs.tail().leave(attempt, incarnation, inbox);
    }
  }
}
