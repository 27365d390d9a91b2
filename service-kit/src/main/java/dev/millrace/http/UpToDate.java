package dev.millrace.http;

import dev.millrace.http.Seen.Ledger;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests from what a replica has read of a ledger, but not before that is as new as what
 * their senders have seen; and tells them in turn how far it had read. Any thread.
 *
 * <p>Nobody waits for more than there is: who says that they have seen what is behind the end of
 * the ledger, made it up or has it from before records were lost.
 */
public final class UpToDate {

  private static final Logger log = LoggerFactory.getLogger(UpToDate.class);
  // A replica that is well is there sooner than it could be asked how far there is to go.
  private static final Duration WELL = Duration.ofMillis(20);

  private final Ledger ledger;
  private final Arrivals arrivals;
  private final Source source;
  private final Limits limits;
  private final Semaphore places;

  /** A ledger, as answers are made of it. */
  public interface Source {
    /**
     * The offset before which everything is that can have been seen here of the partition by now.
     * What has arrived may be less for a moment: it is told after it can be seen.
     */
    long next(int partition);

    /** The offset that the next record of the partition will get, asked for now. */
    CompletionStage<Long> end(int partition);
  }

  /**
   * How much waiting there is.
   *
   * @param patience after which a request is refused: so far behind a replica is of no use
   * @param most requests that wait at a time; others are refused at once
   */
  public record Limits(Duration patience, int most) {
    public static final Limits DEFAULT = new Limits(Duration.ofSeconds(5), 512);

    /** The same, but not for longer than that. */
    public Limits within(Duration longest) {
      return patience.compareTo(longest) <= 0 ? this : new Limits(longest, most);
    }
  }

  /** Answers from what has arrived. */
  public UpToDate(Ledger ledger, Arrivals arrivals, Source source, Limits limits) {
    this.ledger = ledger;
    this.arrivals = arrivals;
    this.source = source;
    this.limits = limits;
    this.places = new Semaphore(limits.most());
  }

  /**
   * Answers from these partitions: waits before, tells after, also with a failure.
   *
   * @throws ProblemException as {@link #await}
   */
  public Reply answer(Request request, Set<Integer> partitions, Handler handler) throws Exception {
    await(request, partitions);
    try {
      return handler.handle(request);
    } finally {
      tell(request, partitions);
    }
  }

  /**
   * Waits until what the sender of the request has seen of these partitions has been read here.
   *
   * @throws ProblemException 503 if it takes too long, or too many wait; 400 if the request has a
   *     malformed position
   */
  public void await(Request request, Set<Integer> partitions) throws InterruptedException {
    Seen seen = request.seen();
    if (partitions.stream().allMatch(p -> seen.of(ledger, p) < arrivals.next(p))) {
      return;
    }
    waiting(
        () -> {
          long deadline = System.nanoTime() + limits.patience().toNanos();
          for (int partition : partitions) {
            await(partition, seen.of(ledger, partition), deadline);
          }
        });
  }

  private void await(int partition, long offset, long deadline) throws InterruptedException {
    long soon = Math.min(WELL.toNanos(), deadline - System.nanoTime());
    if (!arrivals.await(partition, offset, soon)) {
      awaitBefore(partition, Math.min(offset + 1, end(partition)), deadline);
    }
  }

  private void awaitBefore(int partition, long end, long deadline) throws InterruptedException {
    if (!arrivals.await(partition, end - 1, deadline - System.nanoTime())) {
      throw ProblemException.tryLater(
          "this replica has not read as far as you have seen yet; try again in a moment");
    }
  }

  /**
   * Waits until all has been read here that there was when this was called: for those who cannot
   * say what they have seen.
   *
   * @throws ProblemException 503 as {@link #await}
   */
  public void awaitEnd(int partition) throws InterruptedException {
    waiting(
        () -> {
          long deadline = System.nanoTime() + limits.patience().toNanos();
          awaitBefore(partition, end(partition), deadline);
        });
  }

  private long end(int partition) throws InterruptedException {
    try {
      return source
          .end(partition)
          .toCompletableFuture()
          .get(limits.patience().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      log.warn("cannot ask how far {} {} goes: {}", ledger, partition, e.toString());
      throw ProblemException.tryLater(
          "it cannot be told at the moment whether this replica is up to date");
    }
  }

  private interface Waiting {
    void run() throws InterruptedException;
  }

  private void waiting(Waiting waiting) throws InterruptedException {
    if (!places.tryAcquire()) {
      throw ProblemException.tryLater(
          "too many wait for this replica to read as far as they have seen");
    }
    try {
      waiting.run();
    } finally {
      places.release();
    }
  }

  /** The answer to the request is made of what has been read of these partitions by now. */
  public void tell(Request request, Set<Integer> partitions) {
    for (int partition : partitions) {
      request.saw(Seen.NOTHING.with(ledger, partition, source.next(partition) - 1));
    }
  }
}
