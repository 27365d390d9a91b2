package dev.millrace.scheduler.core;

import dev.millrace.events.ExecutorId;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ExecutorRef;
import dev.millrace.events.run.ExecutorStatus;
import dev.millrace.scheduler.core.Life.State;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * The executors: who lives, and who has room.
 *
 * <p>Signs of life are volatile, so the clock of an executor starts in full whenever it might have
 * said something that was not heard. An executor kills what an earlier life left before its first
 * sign of life, so a new incarnation proves that the earlier one's processes are gone.
 */
final class Fleet {
  private static final int REPLACED_KEPT = 8;
  private static final int NAMES_KEPT = 10_000;
  // Of its lease, in which it renews it several times.
  private static final int PART_TO_GO_ON_FOR = 4;

  private final long unknownTerm;
  private final Map<ExecutorRef, Life> lives = new LinkedHashMap<>();
  private final Map<ExecutorId, Identity> identities = new Identities();
  private final PriorityQueue<Check> checks =
      new PriorityQueue<>(Comparator.comparingLong(Check::at));

  /** At this time look whether its time is over; it may have been put off since. */
  private record Check(long at, Life life) {}

  /** Who goes by an executor's name. */
  private static final class Identity {
    @Nullable ExecutorRef current;
    @Nullable String challenger;
    long challengedAt;
    final SequencedSet<String> replaced = new LinkedHashSet<>();
  }

  private static final class Identities extends LinkedHashMap<ExecutorId, Identity> {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<ExecutorId, Identity> eldest) {
      return size() > NAMES_KEPT;
    }
  }

  Fleet(long unknownTerm) {
    this.unknownTerm = unknownTerm;
  }

  /**
   * A sign of life from before anybody listened: it tells who came after whom, not who lives. One
   * record alone does not tell even that: it may have landed late.
   */
  @Nullable Life remembered(ExecutorStatus status, long now) {
    ExecutorRef ref = status.executor();
    Identity identity = identity(ref);
    if (identity.replaced.contains(ref.incarnation()) || isOvertaken(identity, ref)) {
      return null;
    }
    boolean other = identity.current != null && !identity.current.equals(ref);
    if (other && !ref.incarnation().equals(identity.challenger)) {
      identity.challenger = ref.incarnation();
      identity.challengedAt = now;
      return null;
    }
    Life replaced = replace(identity, ref);
    Life life = life(ref, now);
    life.remembered(status, now);
    watch(life);
    return replaced;
  }

  /**
   * A sign of life.
   *
   * @return the incarnation that is gone because of it, if any
   */
  @Nullable Life heard(ExecutorStatus status, long now) {
    ExecutorRef ref = status.executor();
    Identity identity = identity(ref);
    if (isDoubtful(identity, status, now)) {
      return null;
    }
    identity.replaced.remove(ref.incarnation());
    Life replaced = replace(identity, ref);
    Life life = life(ref, now);
    life.replaced = false;
    life.heard(status, now);
    watch(life);
    return replaced;
  }

  // Records of a dead process can land late, after its successor's first, and several of them at
  // once. So an incarnation that was heard is replaced only by one that goes on to be heard, while
  // a living one would have been heard as well: longer than from one heartbeat to the next. One
  // that was replaced comes back in the same way, if nobody else is heard: then it was a mistake.
  private boolean isDoubtful(Identity identity, ExecutorStatus status, long now) {
    ExecutorRef ref = status.executor();
    boolean overtaken = isOvertaken(identity, ref);
    boolean replaced = identity.replaced.contains(ref.incarnation());
    if (overtaken == replaced) {
      return overtaken;
    }
    if (!ref.incarnation().equals(identity.challenger)) {
      identity.challenger = ref.incarnation();
      identity.challengedAt = now;
      return true;
    }
    return now - identity.challengedAt < status.lease().toNanos() / PART_TO_GO_ON_FOR;
  }

  // Whether somebody else goes by this name and was heard: also what is read once more, after the
  // topic was cut, may be older than that.
  private boolean isOvertaken(Identity identity, ExecutorRef ref) {
    if (identity.current == null || identity.current.equals(ref)) {
      return false;
    }
    Life current = lives.get(identity.current);
    return current != null && current.heard() && current.state == State.ALIVE;
  }

  private @Nullable Life replace(Identity identity, ExecutorRef by) {
    ExecutorRef old = identity.current;
    identity.current = by;
    identity.challenger = null;
    if (old == null || old.equals(by)) {
      return null;
    }
    identity.replaced.add(old.incarnation());
    if (identity.replaced.size() > REPLACED_KEPT) {
      identity.replaced.removeFirst();
    }
    Life gone = lives.get(old);
    if (gone != null) {
      gone.state = State.GONE;
      gone.replaced = true;
      forgetIfDone(gone);
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

  private Identity identity(ExecutorRef ref) {
    return identities.computeIfAbsent(ref.id(), _ -> new Identity());
  }

  private Life life(ExecutorRef ref, long now) {
    Life known = lives.get(ref);
    if (known != null) {
      return known;
    }
    Life life = new Life(ref, unknownTerm, now);
    Identity identity = identities.get(ref.id());
    if (identity != null && identity.replaced.contains(ref.incarnation())) {
      life.state = State.GONE;
      life.replaced = true;
    } else {
      watch(life);
    }
    lives.put(ref, life);
    return life;
  }
}
