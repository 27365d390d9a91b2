package dev.millrace.bus.ledger;

import dev.millrace.bus.Bus;
import dev.millrace.bus.Extent;
import dev.millrace.bus.Follower;
import dev.millrace.bus.LogRecord;
import dev.millrace.bus.OffsetOutOfRangeException;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Folding.Folded;
import dev.millrace.events.LedgerRecord.Decided;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All partitions of a ledger in one process: one follower, one thread, one step after the other.
 * Whoever calls {@link #step} owns it; other threads post letters.
 */
final class LedgerNode<S, E> implements LedgerView<S, E> {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerNode.class);

  private final Bus bus;
  private final LedgerKind<S, ?, E> kind;
  private final Timing timing;
  private final FaultHandler faults;
  private final Follower follower;
  private final Mailbox mailbox;
  private final Folding<S, E> folding;
  private final List<Replica<S, E>> replicas = new ArrayList<>();
  private final List<Listener<S, E>> listeners = new ArrayList<>();
  private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();
  private final @Nullable Extent[] ends;
  private @Nullable Extension<S, E> extension;
  private boolean started;
  private int untold; // partitions that are stopped, of which nobody was told yet why

  /** What a node does beyond reading. */
  interface Extension<S, E> {
    /** A record of the ledger was read. */
    void read(int partition, LogRecord record, Folded<S, E> folded);

    /** A record of another topic was read. */
    void command(LogRecord record);

    /** A position of another topic is out of range; it is not followed any more. */
    void missing(TopicPartition partition);

    void stopped(int partition);

    void advance();

    /** Nanoseconds until {@link #advance} has to be called though nothing comes. */
    long idleFor();

    void close();
  }

  LedgerNode(
      Bus bus,
      Follower follower,
      LedgerKind<S, ?, E> kind,
      Timing timing,
      LedgerSettings settings,
      FaultHandler faults,
      Starts<S> starts,
      Pieces<S, ?, E> pieces) {
    this.bus = bus;
    this.kind = kind;
    this.timing = timing;
    this.faults = faults;
    int partitions = bus.partitions(kind.events().name());
    this.folding = pieces.folding(kind, partitions, settings.remembered());
    this.follower = follower;
    this.mailbox = new Mailbox(follower::wakeup);
    this.ends = new Extent[partitions];
    for (int p = 0; p < partitions; p++) {
      var ledger = new TopicPartition(kind.events().name(), p);
      Checkpoint<S> start = starts.start(p);
      replicas.add(
          pieces.replica(
              ledger, folding, settings.remembered() > 0 ? start : start.withoutAnswers()));
    }
  }

  void extend(Extension<S, E> by) {
    extension = by;
  }

  Folding<S, E> folding() {
    return folding;
  }

  Follower follower() {
    return follower;
  }

  Mailbox mailbox() {
    return mailbox;
  }

  Replica<S, E> replica(int partition) {
    return replicas.get(partition);
  }

  CompletableFuture<Void> caughtUp() {
    return caughtUp;
  }

  /** Does all there is to do; if there is nothing, waits at most so long for something. */
  void step(Duration wait) {
    if (!started) {
      started = true;
      begin();
    }
    mailbox.drain();
    if (extension != null) {
      extension.advance();
    }
    for (LogRecord record : poll(shortened(wait))) {
      if (record.source().topic().equals(kind.events().name())) {
        read(record);
      } else if (extension != null) {
        extension.command(record);
      }
    }
    mailbox.drain();
    if (extension != null) {
      extension.advance();
    }
    if (!caughtUp.isDone()) {
      checkCaughtUp();
    }
  }

  private void begin() {
    for (Replica<S, E> replica : replicas) {
      int language = replica.fold().language();
      if (language > kind.language()) {
        stop(
            replica.ledger().partition(),
            "its checkpoint is of language %d, this process reads %d"
                .formatted(language, kind.language()));
        continue;
      }
      follower.assign(replica.ledger(), replica.overlap());
      askEnd(replica);
    }
  }

  private void askEnd(Replica<S, E> replica) {
    bus.extent(replica.ledger())
        .whenComplete(
            (extent, failure) ->
                mailbox.post(
                    () -> {
                      if (failure == null) {
                        ends[replica.ledger().partition()] = extent;
                      } else {
                        caughtUp.completeExceptionally(failure);
                      }
                    }));
  }

  private void checkCaughtUp() {
    if (untold > 0) {
      return;
    }
    for (Replica<S, E> replica : replicas) {
      Extent end = ends[replica.ledger().partition()];
      if (replica.stopped() != null) {
        caughtUp.completeExceptionally(
            new StoppedException(replica.ledger() + " is stopped: " + replica.stopped()));
        return;
      }
      if (end == null || follower.position(replica.ledger()) < end.end()) {
        return;
      }
    }
    caughtUp.complete(null);
  }

  private Duration shortened(Duration wait) {
    if (!mailbox.isEmpty()) {
      return Duration.ZERO;
    }
    long idle = extension == null ? Long.MAX_VALUE : Math.max(0, extension.idleFor());
    return idle < wait.toNanos() ? Duration.ofNanos(idle) : wait;
  }

  private List<LogRecord> poll(Duration wait) {
    try {
      return follower.poll(wait);
    } catch (OffsetOutOfRangeException e) {
      if (e.partition().topic().equals(kind.events().name())) {
        lost(replica(e.partition().partition()));
      } else {
        follower.unassign(e.partition());
        if (extension != null) {
          extension.missing(e.partition());
        }
      }
      return List.of();
    }
  }

  /** Rule 11 where records are gone; it is told once it is known what there is instead. */
  private void lost(Replica<S, E> replica) {
    end(replica, "records are lost");
    untold++;
    bus.extent(replica.ledger())
        .whenComplete(
            (there, _) ->
                mailbox.post(
                    () -> {
                      untold--;
                      tellStopped(replica, lost(replica.at().offset(), there));
                    }));
  }

  static String lost(long last, @Nullable Extent there) {
    String now =
        there == null
            ? "does not have it now"
            : there.start() == there.end()
                ? "is empty now"
                : "has only those from %d to %d now".formatted(there.start(), there.end() - 1);
    return "it was read up to record %d before, and %s: records are lost".formatted(last, now);
  }

  private void read(LogRecord record) {
    int partition = record.source().partition();
    Replica<S, E> replica = replicas.get(partition);
    if (replica.stopped() != null) {
      return;
    }
    Folded<S, E> folded = replica.accept(record);
    switch (folded) {
      case Folded.Accepted<S, E> accepted -> tell(partition, record, accepted);
      case Folded.Skipped<S, E> _ -> tellPassed(record);
      case Folded.Stopped<S, E>(String why) -> stop(partition, why);
    }
    if (extension != null) {
      extension.read(partition, record, folded);
    }
  }

  private void tell(int partition, LogRecord record, Folded.Accepted<S, E> accepted) {
    if (accepted.frozen() != null) {
      LOG.error("{} at {}: {}", record.source(), record.offset(), accepted.frozen());
    }
    if (accepted.record() instanceof Decided<E> decided) {
      for (Listener<S, E> listener : List.copyOf(listeners)) {
        listener.accepted(
            partition,
            record.offset(),
            decided,
            accepted.before().state(),
            accepted.after().state());
      }
    } else {
      tellPassed(record);
    }
  }

  private void tellPassed(LogRecord record) {
    for (Listener<S, E> listener : List.copyOf(listeners)) {
      listener.passed(record.source().partition(), record.offset());
    }
  }

  /** Rule 11. */
  void stop(int partition, String why) {
    Replica<S, E> replica = replicas.get(partition);
    if (replica.stopped() != null) {
      return;
    }
    end(replica, why);
    tellStopped(replica, why);
  }

  private void end(Replica<S, E> replica, String why) {
    replica.stop(why);
    follower.unassign(replica.ledger());
    if (extension != null) {
      extension.stopped(replica.ledger().partition());
    }
  }

  private void tellStopped(Replica<S, E> replica, String why) {
    LOG.error("{} is stopped here: {}", replica.ledger(), why);
    replica.stop(why);
    faults.stopped(kind.events().name(), replica.ledger().partition(), why);
  }

  @Override
  public int partitions() {
    return replicas.size();
  }

  @Override
  public S state(int partition) {
    return replica(partition).fold().state();
  }

  @Override
  public long n(int partition) {
    return replica(partition).fold().n();
  }

  @Override
  public long position(int partition) {
    return replica(partition).at().offset() + 1;
  }

  @Override
  public boolean isAccepted(int partition, long offset) {
    return replica(partition).at().isAccepted(offset);
  }

  @Override
  public Subscription subscribe(Listener<S, E> listener) {
    mailbox.post(
        () -> {
          for (int p = 0; p < partitions(); p++) {
            Fold<S> fold = replica(p).fold();
            listener.folding(p, fold.n(), fold.state());
          }
          listeners.add(listener);
        });
    return () -> mailbox.post(() -> listeners.remove(listener));
  }

  Timing timing() {
    return timing;
  }

  void close() {
    if (extension != null) {
      extension.close();
    }
    follower.close();
    caughtUp.completeExceptionally(new IllegalStateException("closed"));
  }
}
