package dev.millrace.scheduler.core;

import dev.millrace.events.CommandId;
import dev.millrace.events.run.RunCommand;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Commands that were sent, until what they were sent for is looked at again.
 *
 * <p>A writer that is slow is only made slower by repeats. So a partition is given twice the time
 * that its last decision took, and twice as long each time that none comes, up to a bound. Commands
 * are decided in the order in which they were sent: once the decision on a later one is seen, an
 * earlier one that has none is lost, and is looked at after as short a time as ever.
 */
final class Asked {
  private static final int LONGEST = 16;

  private final long shortest;
  private final long longest;
  private final long[] patience;
  private final Supplier<String> ids;
  private final Map<RunCommand, CommandId> open = new HashMap<>();
  private final Map<CommandId, Sent> sent = new HashMap<>();
  private final PriorityQueue<Check> checks =
      new PriorityQueue<>(Comparator.comparingLong(Check::at));

  private static final class Sent {
    final CommandId id;
    final RunCommand command;
    final int partition;
    final long at;
    long until;
    boolean decided;
    boolean unsent;

    Sent(CommandId id, RunCommand command, int partition, long at, long until) {
      this.id = id;
      this.command = command;
      this.partition = partition;
      this.at = at;
      this.until = until;
    }
  }

  /** At this time look at it; of several looks at one only that at its time counts. */
  private record Check(long at, Sent sent) {}

  /**
   * Nothing was sent yet.
   *
   * @param patience the least time that a decision is waited for; the most is sixteen times as long
   */
  Asked(long patience, int partitions, Supplier<String> ids) {
    this.shortest = patience;
    this.longest = LONGEST * patience;
    this.patience = new long[partitions];
    Arrays.fill(this.patience, patience);
    this.ids = ids;
  }

  boolean isOpen(RunCommand command) {
    return open.containsKey(command);
  }

  Action.Send send(RunCommand command, int partition, long now) {
    var id = new CommandId(ids.get());
    var fresh = new Sent(id, command, partition, now, now + patience[partition]);
    open.put(command, id);
    sent.put(id, fresh);
    checks.add(new Check(fresh.until, fresh));
    return new Action.Send(id, command);
  }

  /** A command was decided; returns it if it was one of these. */
  @Nullable RunCommand decided(CommandId id, long now) {
    Sent one = sent.get(id);
    if (one == null || one.decided) {
      return null;
    }
    one.decided = true;
    open.remove(one.command, id);
    lookBy(one, now + shortest);
    long before = patience[one.partition];
    patience[one.partition] = Math.clamp(2 * (now - one.at), shortest, longest);
    if (patience[one.partition] <= before / 2) {
      hurry(one, now + shortest);
    }
    return one.command;
  }

  /** It may not have been sent at all: that nothing is decided says nothing of the writer. */
  void unsent(CommandId id, long now) {
    Sent one = sent.get(id);
    if (one != null) {
      one.unsent = true;
      lookBy(one, now + shortest);
    }
  }

  private void hurry(Sent decided, long until) {
    for (Sent other : List.copyOf(sent.values())) {
      if (other.partition == decided.partition && other.at - decided.at <= 0) {
        lookBy(other, until);
      }
    }
  }

  private void lookBy(Sent one, long until) {
    if (one.until - until > 0) {
      one.until = until;
      checks.add(new Check(until, one));
    }
  }

  /**
   * The next command whose time is over, whatever was decided meanwhile: what it was sent for has
   * to be looked at again.
   */
  @Nullable RunCommand overdue(long now) {
    for (Check first = checks.peek(); first != null && first.at - now <= 0; first = checks.peek()) {
      checks.remove();
      Sent one = first.sent;
      if (one.until == first.at && sent.remove(one.id, one)) {
        open.remove(one.command, one.id);
        if (!one.decided && !one.unsent) {
          long waited = Math.min(longest, 2 * (one.until - one.at));
          patience[one.partition] = Math.max(patience[one.partition], waited);
        }
        return one.command;
      }
    }
    return null;
  }

  int open() {
    return open.size();
  }

  /** When there is something overdue at the earliest. */
  long nextDue(long now) {
    return checks.isEmpty() ? Long.MAX_VALUE : checks.element().at - now;
  }
}
