package dev.millrace.scheduler.core;

import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ExecutorRef;
import dev.millrace.events.run.ExecutorStatus;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One incarnation of an executor: whether it lives, and what it has to do. */
final class Life {
  /** Whether it lives, as far as known. */
  enum State {
    /** Its lease may still run. */
    ALIVE,
    /** Its time is over, but not all that it may have sent has been read. */
    DOUBTED,
    /** Its lease and its time to kill are over, or another incarnation took its place. */
    GONE
  }

  final ExecutorRef ref;
  State state = State.ALIVE;

  /** Of several looks for signs of life only the last one counts. */
  long doubts;

  /** When it will be doubted. */
  long until;

  /** The only look at {@link #until} that counts. */
  long nextCheck;

  boolean watched;

  /** How long after a sign of life its processes can exist. */
  long term;

  /** A newer incarnation was heard. */
  boolean replaced;

  /** It gave a task back: it gets no other until it says how many slots it has. */
  boolean refusing;

  /** How many tasks it gave back since it took one. */
  int refusals;

  /** What the ledger says that it has to do. */
  final Set<AttemptRef> held = new LinkedHashSet<>();

  /** What is about to be given to it. */
  final Set<AttemptRef> promised = new HashSet<>();

  /** What it says that it does, though the ledger says no such thing (any more). */
  private final Set<AttemptRef> foreign = new HashSet<>();

  private @Nullable ExecutorStatus status;

  Life(ExecutorRef ref, long term, long now) {
    this.ref = ref;
    this.term = term;
    this.until = now + term;
  }

  void remembered(ExecutorStatus said, long now) {
    term = termOf(said);
    until = now + term;
    if (state == State.DOUBTED) {
      state = State.ALIVE; // it was doubted for want of this
    }
  }

  void heard(ExecutorStatus said, long now) {
    remembered(said, now);
    status = said;
    state = State.ALIVE;
    refusing = false;
    foreign.clear();
    foreign.addAll(said.attempts());
    foreign.removeAll(held);
    foreign.removeAll(promised);
  }

  void hold(AttemptRef attempt) {
    held.add(attempt);
    promised.remove(attempt);
    foreign.remove(attempt);
  }

  /** How many more tasks it can take. */
  int free() {
    return status == null || state != State.ALIVE || refusing || status.leaving()
        ? 0
        : status.slots() - held.size() - promised.size() - foreign.size();
  }

  private static long termOf(ExecutorStatus said) {
    return said.lease().plus(said.killTime()).toNanos();
  }
}
