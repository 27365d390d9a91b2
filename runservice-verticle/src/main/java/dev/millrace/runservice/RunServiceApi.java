package dev.millrace.runservice;

import dev.millrace.bus.Bus;
import dev.millrace.bus.ledger.CommandGate;
import dev.millrace.events.run.RunCommand;
import dev.millrace.http.HttpApi;
import dev.millrace.http.InternalGuard;
import dev.millrace.http.Lane;
import dev.millrace.http.Seen;
import dev.millrace.http.Starting;
import dev.millrace.http.UpToDate;
import dev.millrace.runservice.feed.RunFeed;
import dev.millrace.runservice.logs.Followers;
import dev.millrace.runservice.logs.LogTail;
import dev.millrace.runservice.logs.StoredLogs;
import dev.millrace.runservice.logs.TaskLogs;
import dev.millrace.runservice.stored.StoredList;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The internal interface of the run authority. */
public final class RunServiceApi implements AutoCloseable {
  private static final int READERS = 64;
  private static final int STREAMS = 4_096;
  private static final int CLAIMS = 4_096;
  private static final int ENDINGS = 4_096;
  private static final Duration TARGET = Duration.ofMillis(50);
  private final RunFeed feed;
  private final LogTail tail;
  private final Followers followers;
  private final StoredLogs stored;
  private final HttpApi api;

  /**
   * What the interface needs to know.
   *
   * @param internalToken what callers have to show
   * @param executorToken with which one can claim tasks, and do nothing else; null if there is none
   * @param tokenKey signs the tokens of tasks
   * @param patience how long a request waits for the decision on its command, or until this replica
   *     has read what its sender has seen; not longer than that of {@link UpToDate.Limits#DEFAULT}
   *     for that
   */
  public record Settings(
      String internalToken, @Nullable String executorToken, byte[] tokenKey, Duration patience) {
    private InternalGuard claims() {
      return executorToken == null
          ? new InternalGuard(internalToken)
          : new InternalGuard(internalToken, executorToken);
    }
  }

  /**
   * The interface over a replica.
   *
   * @param index finds runs that the feed has forgotten
   * @param stored what is archived of logs; closed with this
   * @param ids makes short random ids
   * @param meters show what is measured
   */
  public RunServiceApi(
      Settings settings,
      Bus bus,
      RunFeed feed,
      StoredList index,
      StoredLogs stored,
      CommandGate<RunCommand> gate,
      Health health,
      InstantSource clock,
      Supplier<String> ids,
      MeterRegistry meters) {
    this.feed = feed;
    this.stored = stored;
    this.followers = new Followers(bus, "runservice-reader", READERS);
    this.tail = new LogTail(bus, feed, clock);
    var answers = new Answers(gate, settings.patience());
    var callers = new Callers(clock, ids);
    this.api = new HttpApi("runservice").meters(meters);
    health.addOpenTo(api);
    var guard = new InternalGuard(settings.internalToken());
    api.guard(guard);
    health.addTo(api);
    api.guard(new Starting(health::caughtUp, guard));
    var ledger = new RunLedger(bus, feed);
    var upToDate =
        new UpToDate(
            Seen.Ledger.RUNS,
            feed.arrivals(),
            ledger,
            UpToDate.Limits.DEFAULT.within(settings.patience()));
    api.lanes(
        Lane.adaptive(TARGET).measured(meters, "runservice", "reading"),
        Lane.adaptive(TARGET).measured(meters, "runservice", "changing"));
    var runs = new RunRoutes(feed, upToDate, index, answers, callers);
    runs.addTo(api);
    // Streams take as long as they do, and what runs already goes on or ends however many ask.
    Lane endings = Lane.fixed(ENDINGS).measured(meters, "runservice", "endings");
    api.lanes(endings, endings);
    runs.addEndingTo(api);
    api.lanes(
        Lane.fixed(STREAMS).measured(meters, "runservice", "streams"),
        Lane.fixed(CLAIMS).measured(meters, "runservice", "claims"));
    new LogRoutes(new TaskLogs(bus, feed, tail, followers, stored), feed, upToDate).addTo(api);
    new EventRoutes(feed, upToDate, followers, ledger).addTo(api);
    api.guard(new Starting(health::caughtUp, settings.claims()));
    new ClaimRoutes(feed, answers, callers, settings.tokenKey()).addTo(api);
  }

  /** Begins to follow logs; blocks until their ends are known. */
  public void start() {
    tail.start();
  }

  /** To be served once started. */
  public HttpApi http() {
    return api;
  }

  @Override
  public void close() {
    tail.close();
    followers.close();
    stored.close();
    feed.close();
  }
}
