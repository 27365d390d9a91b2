package dev.millrace.scheduler.core;

import dev.millrace.events.ExecutorId;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ExecutorRef;
import dev.millrace.events.run.ExecutorStatus;
import dev.millrace.scheduler.core.Life.State;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The executors: who lives, and who has room.
 *
 * <p>Signs of life are volatile, so the clock of an executor starts in full whenever it might have
 * said something that was not heard. An executor kills what an earlier life left before its first
 * sign of life, so a later incarnation proves that the earlier one's processes are gone.
 */
final class Fleet {
  private static final int NAMES_KEPT = 10_000;

  private final long unknownTerm;
  private final Map<ExecutorRef, Life> lives = new LinkedHashMap<>();
  private final Map<ExecutorId, ExecutorRef> latest = new Latest();
  private final PriorityQueue<Check> checks =
      new PriorityQueue<>(Comparator.comparingLong(Check::at));

  /** At this time look whether its time is over; it may have been put off since. */
  private record Check(long at, Life life) {}

  /** Who goes by an executor's name, as far as it was said. */
  private static final class Latest extends LinkedHashMap<ExecutorId, ExecutorRef> {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<ExecutorId, ExecutorRef> eldest) {
      return size() > NAMES_KEPT;
    }
  }

  Fleet(long unknownTerm) {
    this.unknownTerm = unknownTerm;
  }

  /**
   * A sign of life from before anybody listened: it tells who came after whom, not who lives.
   *
   * @return the incarnations that are gone because of it
   */
  List<Life> remembered(ExecutorStatus status, long now) {
    if (isPast(status.executor())) {
      return List.of();
    }
    List<Life> replaced = replace(status.executor());
    Life life = life(status.executor(), now);
    life.remembered(status, now);
    watch(life);
    return replaced;
  }

  /**
   * A sign of life.
   *
   * @return the incarnations that are gone because of it
   */
  List<Life> heard(ExecutorStatus status, long now) {
    if (isPast(status.executor())) {
      return List.of();
    }
    List<Life> replaced = replace(status.executor());
    Life life = life(status.executor(), now);
    life.heard(status, now);
    watch(life);
    return replaced;
  }

  // Records of a dead process can land late, after those of its successor. They count for nothing
  // only while the successor may live: an executor that has lost count of its lives is listened to
  // once the last of them is gone.
  private boolean isPast(ExecutorRef ref) {
    ExecutorRef last = latest.get(ref.id());
    if (last == null || !last.isAfter(ref)) {
      return false;
    }
    Life life = lives.get(last);
    return life != null && life.state != State.GONE;
  }

  private List<Life> replace(ExecutorRef by) {
    if (by.equals(latest.put(by.id(), by))) {
      return List.of();
    }
    List<Life> gone = new ArrayList<>();
    for (Life life : List.copyOf(lives.values())) {
      if (by.isAfter(life.ref) && !life.replaced) {
        life.state = State.GONE;
        life.replaced = true;
        gone.add(life);
        forgetIfDone(life);
      }
    }
    Life life = lives.get(by);
    if (life != null) {
      life.replaced = false;
    }
    return gone;
  }

  /** The ledger gives the attempt to the executor. */
  Life hold(ExecutorRef ref, AttemptRef attempt, long now) {
    Life life = life(ref, now);
    life.hold(attempt);
    revive(life, now); // whoever gave it to the executor believed in it
    return life;
  }

  void release(ExecutorRef ref, AttemptRef attempt) {
    Life life = lives.get(ref);
    if (life != null) {
      life.held.remove(attempt);
      forgetIfDone(life);
    }
  }

  /** The executor gave a task back. */
  void refused(ExecutorRef ref) {
    Life life = lives.get(ref);
    if (life != null) {
      life.refusing = true;
      life.refusals++;
    }
  }

  /** The executor took what it was given. If it was thought gone, its time starts in full again. */
  @Nullable Life took(ExecutorRef ref, long now) {
    Life life = lives.get(ref);
    if (life != null) {
      life.refusals = 0;
      revive(life, now);
    }
    return life;
  }

  private void revive(Life life, long now) {
    if (life.state == State.GONE && !life.replaced) {
      life.state = State.ALIVE;
      postpone(life, now + life.term);
    }
  }

  @Nullable Life get(ExecutorRef ref) {
    return lives.get(ref);
  }

  /** The executor with the most room of those that gave least back lately, if one has any. */
  @Nullable Life roomiest() {
    Life best = null;
    for (Life life : lives.values()) {
      if (life.free() > 0 && (best == null || isBetter(life, best))) {
        best = life;
      }
    }
    return best;
  }

  private static boolean isBetter(Life one, Life other) {
    return one.refusals != other.refusals
        ? one.refusals < other.refusals
        : one.free() > other.free();
  }

  int living() {
    return (int) lives.values().stream().filter(life -> life.state != State.GONE).count();
  }

  int free() {
    return lives.values().stream().mapToInt(life -> Math.max(0, life.free())).sum();
  }

  /** Those whose time is over: they are doubted from now on. */
  List<Life> doubt(long now) {
    List<Life> doubted = new ArrayList<>();
    for (Check check = checks.peek(); check != null && check.at - now <= 0; check = checks.peek()) {
      checks.remove();
      Life life = check.life;
      if (!life.watched || life.nextCheck != check.at) {
        continue;
      }
      life.watched = false;
      if (life.state != State.ALIVE || lives.get(life.ref) != life) {
        continue;
      }
      if (life.until - now > 0) {
        watch(life);
      } else {
        life.state = State.DOUBTED;
        life.doubts++;
        doubted.add(life);
      }
    }
    return doubted;
  }

  /** All that it may have said by the end of its time was heard; tells whether it is gone. */
  @Nullable Life silent(ExecutorRef ref, long doubt) {
    Life life = lives.get(ref);
    if (life == null || life.state != State.DOUBTED || life.doubts != doubt) {
      return null;
    }
    life.state = State.GONE;
    forgetIfDone(life);
    return life;
  }

  /** Gives everybody their full time again. */
  void restart(long now) {
    for (Life life : lives.values()) {
      if (life.state != State.GONE) {
        life.state = State.ALIVE;
        postpone(life, now + life.term);
      }
    }
  }

  /** It could not be told whether the executor had said something: look again then. */
  void unsure(ExecutorRef ref, long doubt, long again) {
    Life life = lives.get(ref);
    if (life != null && life.state == State.DOUBTED && life.doubts == doubt) {
      life.state = State.ALIVE;
      postpone(life, again);
    }
  }

  private void postpone(Life life, long until) {
    life.until = until;
    watch(life);
  }

  // A look that comes too early finds out by itself; one that would come too late is replaced.
  private void watch(Life life) {
    if (!life.watched || life.nextCheck - life.until > 0) {
      life.watched = true;
      life.nextCheck = life.until;
      checks.add(new Check(life.until, life));
    }
  }

  long nextDue(long now) {
    Check first = checks.peek();
    return first == null ? Long.MAX_VALUE : first.at - now;
  }

  private void forgetIfDone(Life life) {
    if (life.state == State.GONE && life.held.isEmpty()) {
      lives.remove(life.ref);
    }
  }

  private Life life(ExecutorRef ref, long now) {
    Life known = lives.get(ref);
    if (known != null) {
      return known;
    }
    Life life = new Life(ref, unknownTerm, now);
    if (isPast(ref)) {
      life.state = State.GONE;
      life.replaced = true;
    } else {
      watch(life);
    }
    lives.put(ref, life);
    return life;
  }
}
