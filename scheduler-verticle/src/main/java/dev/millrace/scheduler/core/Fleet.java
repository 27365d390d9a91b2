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

  /** A sign of life from before anybody listened: it tells who came after whom, not who lives. */
  @Nullable Life remembered(ExecutorStatus status, long now) {
    Identity identity = identity(status.executor());
    if (identity.replaced.contains(status.executor().incarnation())) {
      return null;
    }
    Life replaced = replace(identity, status.executor());
    Life life = life(status.executor(), now);
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
    if (identity.replaced.contains(ref.incarnation()) || isDoubtful(identity, ref)) {
      return null;
    }
    Life replaced = replace(identity, ref);
    identity.challenger = null;
    Life life = life(ref, now);
    life.heard(status, now);
    watch(life);
    return replaced;
  }

  // A record of a dead process can land late, after its successor's first. So one record does not
  // replace an incarnation that was heard: the second one in a row does.
  private boolean isDoubtful(Identity identity, ExecutorRef ref) {
    if (identity.current == null || identity.current.equals(ref)) {
      return false;
    }
    Life current = lives.get(identity.current);
    if (current == null
        || !current.heard()
        || current.state != State.ALIVE
        || ref.incarnation().equals(identity.challenger)) {
      return false;
    }
    identity.challenger = ref.incarnation();
    return true;
  }

  private @Nullable Life replace(Identity identity, ExecutorRef by) {
    ExecutorRef old = identity.current;
    identity.current = by;
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
