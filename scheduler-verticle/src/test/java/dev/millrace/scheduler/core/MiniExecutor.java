package dev.millrace.scheduler.core;

import dev.millrace.events.ExecutorId;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ExecutorRef;
import dev.millrace.events.run.ExecutorStatus;
import dev.millrace.events.run.RunCommand;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** An executor as the scheduler must be able to rely on it. */
final class MiniExecutor {
  static final long BEAT = 1_000_000_000;

  private final ExecutorId id;
  private final int slots;
  private final Map<AttemptRef, Long> running = new LinkedHashMap<>();
  private final List<RunCommand> unsaid = new ArrayList<>();
  private int incarnation;
  private boolean up;
  private boolean cut;
  private long renewed;
  private long nextBeat;
  int refusals;

  MiniExecutor(String id, int slots) {
    this.id = new ExecutorId(id);
    this.slots = slots;
  }

  ExecutorRef ref() {
    return new ExecutorRef(id, ExecutorRef.incarnation(incarnation, "x"));
  }

  boolean isUp() {
    return up;
  }

  /** Whether processes of this attempt exist. */
  boolean runs(ExecutorRef ref, AttemptRef attempt) {
    return up && ref.equals(ref()) && running.containsKey(attempt);
  }

  void crash() {
    up = false;
    unsaid.clear();
  }

  /** What an earlier life left is killed before the first sign of life. */
  void start(long now) {
    running.clear();
    unsaid.clear();
    incarnation++;
    up = true;
    cut = false;
    renewed = now;
    nextBeat = now;
  }

  /** Nothing it sends gets through, and it knows. */
  void cut(boolean is) {
    cut = is;
  }

  /** A sign of life, if it is time for one. */
  @Nullable ExecutorStatus beat(long now) {
    if (!up || cut || now - nextBeat < 0) {
      return null;
    }
    nextBeat = now + BEAT;
    renewed = now;
    return new ExecutorStatus(
        ref(),
        Instant.EPOCH,
        Stage.LEASE,
        Stage.KILL,
        slots,
        List.copyOf(running.keySet()),
        "",
        "",
        Map.of(),
        List.of("host"),
        false);
  }

  /** An attempt was given to it; it claims it or gives it back. */
  void given(ExecutorRef to, AttemptRef attempt, MiniAuthority authority, long end, long now) {
    if (!up || cut || !to.equals(ref()) || now - renewed >= Stage.LEASE.toNanos()) {
      return;
    }
    if (running.size() >= slots) {
      refusals++;
      authority.decide(null, new RunCommand.UnassignTask(attempt, to, "full"));
    } else if (authority.decide(null, new RunCommand.ClaimTask(attempt, to))) {
      running.put(attempt, end);
    }
  }

  /** Ends what is to end; what it has to say is said when it can be. */
  void step(long now, MiniAuthority authority, RandomGenerator random) {
    if (!up) {
      return;
    }
    boolean over = now - renewed >= Stage.LEASE.toNanos();
    for (var one : List.copyOf(running.entrySet())) {
      if (over || now - one.getValue() >= 0) {
        running.remove(one.getKey());
        unsaid.add(new RunCommand.ReportTask(one.getKey(), ref(), List.of(), null));
        nextBeat = Math.min(nextBeat, now);
      }
    }
    if (!cut && random.nextInt(4) > 0) {
      unsaid.forEach(report -> authority.decide(null, report));
      unsaid.clear();
    }
  }
}
