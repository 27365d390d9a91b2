package dev.millrace.bus.ledger;

import dev.millrace.bus.ledger.CommandGate.UnansweredException;
import dev.millrace.events.CommandId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Those who wait for answers (rule 7). On one thread.
 *
 * <p>Where nothing is decided at present, few may wait until it goes on: so whoever needs no answer
 * of that partition finds a place with those who call.
 */
final class WaitingRoom {
  private static final int FEW = 32;
  private static final long STALL = Duration.ofSeconds(1).toNanos();

  private final Map<Key, List<Waiter>> byId = new HashMap<>();
  private final TreeMap<Deadline, Waiter> byDeadline = new TreeMap<>();
  private final Map<Integer, SequencedMap<Long, Waiter>> queues = new HashMap<>();
  private long sequence;

  private record Key(int partition, CommandId id) {}

  private record Deadline(long nanos, long sequence) implements Comparable<Deadline> {
    // Clocks that count nanoseconds may wrap around: differences count.
    @Override
    public int compareTo(Deadline other) {
      int byTime = Long.signum(nanos - other.nanos);
      return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
    }
  }

  private record Waiter(Key key, Deadline until, long since, CompletableFuture<Answer> answer) {}

  /** Whether those who are there already wait for a partition that does not go on. */
  boolean isStalled(int partition, long nanos) {
    SequencedMap<Long, Waiter> queue = queue(partition);
    return queue.size() >= FEW && nanos - queue.firstEntry().getValue().since() >= STALL;
  }

  private SequencedMap<Long, Waiter> queue(int partition) {
    return queues.computeIfAbsent(partition, _ -> new LinkedHashMap<>());
  }

  void enter(
      int partition,
      CommandId id,
      long nanos,
      Duration patience,
      CompletableFuture<Answer> answer) {
    var until = new Deadline(nanos + patience.toNanos(), sequence++);
    var waiter = new Waiter(new Key(partition, id), until, nanos, answer);
    byId.computeIfAbsent(waiter.key(), _ -> new ArrayList<>(1)).add(waiter);
    byDeadline.put(until, waiter);
    queue(partition).put(until.sequence(), waiter);
  }

  void answer(Answer answer) {
    List<Waiter> waiters = byId.remove(new Key(answer.partition(), answer.id()));
    if (waiters != null) {
      for (Waiter waiter : waiters) {
        byDeadline.remove(waiter.until());
        leave(waiter);
        waiter.answer().complete(answer);
      }
    }
  }

  /** Lets go those who have waited for as long as they wanted. */
  void expire(long nanos) {
    while (!byDeadline.isEmpty() && byDeadline.firstKey().nanos() - nanos <= 0) {
      Waiter waiter = byDeadline.pollFirstEntry().getValue();
      leave(waiter);
      byId.computeIfPresent(
          waiter.key(),
          (_, waiters) -> {
            waiters.remove(waiter);
            return waiters.isEmpty() ? null : waiters;
          });
      waiter.answer().completeExceptionally(unanswered(waiter.key().id()));
    }
  }

  private void leave(Waiter waiter) {
    queue(waiter.key().partition()).remove(waiter.until().sequence());
  }

  long idleFor(long nanos) {
    return byDeadline.isEmpty() ? Long.MAX_VALUE : byDeadline.firstKey().nanos() - nanos;
  }

  /** Lets everybody go. */
  void close() {
    byDeadline
        .values()
        .forEach(waiter -> waiter.answer().completeExceptionally(unanswered(waiter.key().id())));
    byDeadline.clear();
    byId.clear();
    queues.clear();
  }

  private static UnansweredException unanswered(CommandId id) {
    return new UnansweredException(
        "no decision on command %s yet; ask again with the same id".formatted(id));
  }
}
