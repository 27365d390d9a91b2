package dev.millrace.http;

import dev.millrace.http.Seen.Ledger;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Semaphore;

/**
 * Answers requests from what a replica has read of a ledger, but not before that is as new as what
 * their senders have seen; and tells them in turn how far it had read. Any thread.
 */
public final class UpToDate {

  /** How long a request waits: a replica that is further behind is of no use at the moment. */
  public static final Duration PATIENCE = Duration.ofSeconds(5);

  /** How many requests wait at a time. */
  public static final int MOST = 512;

  private final Ledger ledger;
  private final Arrivals arrivals;
  private final Duration patience;
  private final Semaphore places;

  /** As the other one, for {@link #MOST} that wait for {@link #PATIENCE}. */
  public UpToDate(Ledger ledger, Arrivals arrivals) {
    this(ledger, arrivals, PATIENCE, MOST);
  }

  /**
   * Answers from what has arrived.
   *
   * @param patience after which a request is refused
   * @param most requests that wait at a time; others are refused at once
   */
  public UpToDate(Ledger ledger, Arrivals arrivals, Duration patience, int most) {
    this.ledger = ledger;
    this.arrivals = arrivals;
    this.patience = patience;
    this.places = new Semaphore(most);
  }

  /**
   * Answers from these partitions: waits before, tells after, also with a failure.
   *
   * @throws ProblemException as {@link #await(Request, Set)}
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
   * @throws ProblemException 503 if it takes too long, or too many wait; 400 if the request says
   *     that it has seen what cannot be
   */
  public void await(Request request, Set<Integer> partitions) throws InterruptedException {
    await(request.seen(), partitions);
  }

  /** As the other one, for somebody who has seen this. */
  public void await(Seen seen, Set<Integer> partitions) throws InterruptedException {
    for (int partition : seen.partitions(ledger)) {
      if (partition >= arrivals.partitions()) {
        throw ProblemException.badRequest(
            "%s: there is no partition %s%d; it is not of this server"
                .formatted(Seen.HEADER, ledger.wire(), partition));
      }
    }
    if (!isHere(seen, partitions)) {
      if (!places.tryAcquire()) {
        throw ProblemException.tryLater(
            "too many wait for this replica to read as far as they have seen");
      }
      try {
        awaitEach(seen, partitions);
      } finally {
        places.release();
      }
    }
  }

  /** Whether all of it has been read here. */
  public boolean isHere(Seen seen, Set<Integer> partitions) {
    return partitions.stream().allMatch(p -> seen.of(ledger, p) < arrivals.next(p));
  }

  private void awaitEach(Seen seen, Set<Integer> partitions) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    for (int partition : partitions) {
      if (!arrivals.await(partition, seen.of(ledger, partition), end - System.nanoTime())) {
        throw ProblemException.tryLater(
            "this replica has not read as far as you have seen yet; try again in a moment");
      }
    }
  }

  /** The answer to the request is made of what has been read of these partitions by now. */
  public void tell(Request request, Set<Integer> partitions) {
    for (int partition : partitions) {
      request.saw(Seen.NOTHING.with(ledger, partition, arrivals.next(partition) - 1));
    }
  }
}
