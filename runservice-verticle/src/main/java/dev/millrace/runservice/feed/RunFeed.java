package dev.millrace.runservice.feed;

import dev.millrace.bus.ledger.LedgerView;
import dev.millrace.bus.ledger.LedgerView.Listener;
import dev.millrace.bus.ledger.LedgerView.Subscription;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.Outcome.Code;
import dev.millrace.events.Outcome.Rejected;
import dev.millrace.events.Partitions;
import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.RunEvolve;
import dev.millrace.events.run.Runs;
import dev.millrace.http.Arrivals;
import dev.millrace.http.Problem;
import dev.millrace.http.ProblemException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells accepted decisions and changed runs on to any number of readers, over one subscription to
 * the fold, and keeps the runs that have ended until they are stored. It is to be made before the
 * fold starts: what was accepted earlier it cannot replay.
 */
public final class RunFeed implements RunSource, AutoCloseable {
  private final LedgerView<Runs, RunEvent> view;
  private final Partition[] partitions;
  private final Arrivals arrivals;
  private final long most;
  private final Map<RunId, Set<Consumer<Run>>> watchers = new ConcurrentHashMap<>();
  private final RunStore store;
  private final EndedRuns ended;
  private final Deletions deletions;
  private volatile Runnable whenDeleted = () -> {};
  private final Subscription subscription;

  /** What is known of one partition; its own lock. */
  private static final class Partition {
    final Set<Inbox<Accepted>> inboxes = new CopyOnWriteArraySet<>();
    long next;
    volatile Runs state = Runs.EMPTY;
  }

  /**
   * Where a reader of decisions begins.
   *
   * @param next offset of the first decision that comes into its inbox
   * @param state the runs before that which had not ended
   */
  public record Start(long next, Runs state) {}

  /**
   * Hears nothing yet.
   *
   * @param store has the runs that {@link #forget} is told of
   */
  public RunFeed(LedgerView<Runs, RunEvent> view, RunStore store) {
    this(view, store, Runtime.getRuntime().maxMemory() / 4);
  }

  /**
   * As the other one.
   *
   * @param most bytes of runs that have ended and are not stored, before nothing new is taken: a
   *     quarter of the memory otherwise
   */
  public RunFeed(LedgerView<Runs, RunEvent> view, RunStore store, long most) {
    this.view = view;
    this.most = most;
    this.store = store;
    this.ended = new EndedRuns(view.partitions());
    this.deletions = new Deletions(view.partitions());
    this.arrivals = new Arrivals(view.partitions());
    this.partitions = new Partition[view.partitions()];
    for (int p = 0; p < partitions.length; p++) {
      partitions[p] = new Partition();
    }
    this.subscription = view.subscribe(new Folding());
  }

  /** The number of partitions of the ledger. */
  public int partitions() {
    return partitions.length;
  }

  /** The partition of a root group's runs. */
  public int partition(RootGroup root) {
    return Partitions.of(root.toString(), partitions.length);
  }

  /**
   * The offset after the last record of the partition that was heard of here; not before that of
   * anything that was seen here earlier.
   */
  public long next(int partition) {
    Partition of = partitions[partition];
    synchronized (of) {
      return of.next;
    }
  }

  /** How far it has heard, and a way to wait for more. */
  public Arrivals arrivals() {
    return arrivals;
  }

  /** The runs of a partition that have not ended, as they are now. */
  public Runs state(int partition) {
    return partitions[partition].state;
  }

  /** How many runs have not ended. */
  public int active() {
    int all = 0;
    for (Partition partition : partitions) {
      all += partition.state.active().size();
    }
    return all;
  }

  /** How many runs have ended and are in memory still. */
  public int unarchived() {
    return ended.all().size();
  }

  /** The runs that have ended and are in memory still, of all partitions and in no order. */
  public Collection<Run> ended() {
    return ended.all();
  }

  /** Nothing new is taken while more of them wait to be stored than memory is for. Any thread. */
  public Optional<Rejected> refusal() {
    return ended.bytes() < most
        ? Optional.empty()
        : Optional.of(
            new Rejected(
                Code.NO_SPACE,
                "%d runs that have ended wait to be archived; is the object storage away?"
                    .formatted(ended.all().size())));
  }

  /** Those of one partition that were ended by a decision before the offset, oldest first. */
  public List<Ended> endedBefore(int partition, long offset) {
    return ended.before(partition, offset);
  }

  /** The runs that are deleted, of which the store may not know it yet, in no order. */
  public List<RunId> deleted() {
    return deletions.runs();
  }

  /** From now on calls this, from another thread, after a run was deleted; it must not wait. */
  public void whenDeleted(Runnable listener) {
    whenDeleted = listener;
  }

  /**
   * All that was ended or deleted by a decision before the offset is stored: it goes from memory.
   */
  public void forget(int partition, long offset) {
    ended.forget(partition, offset);
    deletions.forget(partition, offset);
  }

  @Override
  public @Nullable Run run(RunId id) {
    if (deletions.has(id)) {
      throw new ProblemException(Problem.of(410, "gone", "run %s was deleted".formatted(id)));
    }
    Run run = recent(id);
    return run == null && hasEnded(id) ? store.find(id) : run;
  }

  @Override
  public boolean areLogsDeleted(RunId id, String task) {
    return deletions.hasLogs(id, task);
  }

  // In this order: what ends is among the ended before it leaves the state.
  @Override
  public @Nullable Run recent(RunId id) {
    Run run = state(partition(id.root())).run(id);
    return run == null ? ended.run(id) : run;
  }

  @Override
  public boolean hasEnded(RunId id) {
    return state(partition(id.root())).hasEnded(id);
  }

  @Override
  public Watch watch(RunId id, Consumer<Run> listener) {
    watchers.compute(
        id,
        (_, old) -> {
          Set<Consumer<Run>> all = old == null ? new CopyOnWriteArraySet<>() : old;
          all.add(listener);
          return all;
        });
    Watch watch = () -> ignore(id, listener);
    try {
      Run now = run(id);
      if (now != null) {
        listener.accept(now);
      }
      return watch;
    } catch (RuntimeException e) {
      watch.close();
      throw e;
    }
  }

  private void ignore(RunId id, Consumer<Run> listener) {
    watchers.computeIfPresent(
        id,
        (_, all) -> {
          all.remove(listener);
          return all.isEmpty() ? null : all;
        });
  }

  /** From now on puts every accepted decision of the partition into the inbox. */
  public Start listen(int partition, Inbox<Accepted> inbox) {
    Partition of = partitions[partition];
    synchronized (of) {
      of.inboxes.add(inbox);
      return new Start(of.next, of.state);
    }
  }

  /** Ends {@link #listen}. */
  public void ignore(int partition, Inbox<Accepted> inbox) {
    partitions[partition].inboxes.remove(inbox);
  }

  /** Whether the record at the offset, which is folded already, is an accepted decision. */
  public boolean isAccepted(int partition, long offset) {
    return view.isAccepted(partition, offset);
  }

  @Override
  public void close() {
    subscription.close();
  }

  private final class Folding implements Listener<Runs, RunEvent> {
    @Override
    public void folding(int partition, long n, Runs state) {
      Partition of = partitions[partition];
      synchronized (of) {
        of.next = view.position(partition);
        of.state = state;
        arrivals.readUpTo(partition, of.next);
      }
    }

    @Override
    public void accepted(
        int partition, long offset, Decided<RunEvent> decision, Runs before, Runs after) {
      Partition of = partitions[partition];
      synchronized (of) {
        of.next = offset + 1;
        for (Run run : RunEvolve.ended(after, decision.events())) {
          ended.add(partition, offset, run);
        }
        Runs going = after;
        for (RunEvent event : decision.events()) {
          going = RunEvolve.forgetEnded(going, event);
          if (event instanceof RunEvent.OfEnded e) {
            delete(partition, offset, e);
          }
        }
        of.state = going;
        var accepted = new Accepted(partition, offset, decision);
        for (Inbox<Accepted> inbox : of.inboxes) {
          inbox.offer(accepted, 1);
        }
        arrivals.readUpTo(partition, of.next);
      }
      if (!watchers.isEmpty()) {
        tellChanged(decision, after);
      }
    }

    private void delete(int partition, long offset, RunEvent.OfEnded event) {
      deletions.add(partition, offset, event);
      if (event instanceof RunEvent.RunDeleted) {
        ended.remove(partition, event.run());
        whenDeleted.run();
      }
    }

    @Override
    public void passed(int partition, long offset) {
      Partition of = partitions[partition];
      synchronized (of) {
        of.next = offset + 1;
        arrivals.readUpTo(partition, of.next);
      }
    }

    private void tellChanged(Decided<RunEvent> decision, Runs after) {
      Set<RunId> changed = new LinkedHashSet<>();
      for (RunEvent event : decision.events()) {
        if (event instanceof RunEvent.OfRun ofRun) {
          changed.add(ofRun.run());
        }
      }
      for (RunId id : changed) {
        Set<Consumer<Run>> listeners = watchers.get(id);
        Run run = after.run(id);
        if (listeners != null && run != null) {
          listeners.forEach(listener -> listener.accept(run));
        }
      }
    }
  }
}
