package dev.millrace.runservice;

import dev.millrace.bus.BusException;
import dev.millrace.bus.Extent;
import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.http.HttpApi;
import dev.millrace.http.Problem;
import dev.millrace.http.ProblemException;
import dev.millrace.http.Reply;
import dev.millrace.http.Request;
import dev.millrace.http.ServerSentEvents;
import dev.millrace.http.UpToDate;
import dev.millrace.runservice.feed.RunFeed;
import dev.millrace.runservice.logs.Followers;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The decisions on runs as server-sent events: from any position of the ledger, or from now on. */
final class EventRoutes {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final RunFeed feed;
  private final UpToDate upToDate;
  private final Followers followers;
  private final RunLedger ledger;

  EventRoutes(RunFeed feed, UpToDate upToDate, Followers followers, RunLedger ledger) {
    this.feed = feed;
    this.upToDate = upToDate;
    this.followers = followers;
    this.ledger = ledger;
  }

  void addTo(HttpApi api) {
    api.on("GET", "/internal/v1/events", this::follow);
  }

  private Reply follow(Request request) throws Exception {
    RunId run = request.query("run").map(text -> parsed(text, RunId::parse)).orElse(null);
    Set<RootGroup> roots =
        request.query("root").stream()
            .flatMap(all -> Arrays.stream(all.split(",")))
            .map(text -> parsed(text, RootGroup::parse))
            .collect(Collectors.toSet());
    Position after =
        request
            .header("Last-Event-ID")
            .or(() -> request.query("after"))
            .map(text -> Position.parse(text, feed.partitions()))
            .orElse(null);
    var filter = new EventFilter(roots, run);
    Set<Integer> partitions = filter.partitions(feed);
    if (after != null) {
      requireKept(after, partitions);
      request.saw(after.seen());
    }
    return upToDate.answer(request, partitions, _ -> reply(filter, after));
  }

  /**
   * Nobody who asks for all is to miss some without a word. What was heard behind the end was lost
   * since, and something else will be there.
   */
  private void requireKept(Position after, Set<Integer> partitions) {
    var oldest = new Position();
    boolean kept = true;
    for (int partition : partitions) {
      Extent there = extent(partition);
      oldest.heard(partition, there.start() - 1);
      kept &= after.of(partition) >= there.start() - 1 && after.of(partition) < there.end();
    }
    if (!kept) {
      throw new ProblemException(
          Problem.of(
              410,
              "gone",
              "events up to " + oldest + " are not kept any more: ask for those after that"));
    }
  }

  private Extent extent(int partition) {
    try {
      return ledger
          .extent(partition)
          .toCompletableFuture()
          .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw ProblemException.tryLater("this server is about to end");
    } catch (ExecutionException | TimeoutException e) {
      throw new BusException("cannot ask for the events that are kept", e);
    }
  }

  private Reply reply(EventFilter filter, @Nullable Position after) {
    RunId run = filter.run();
    if (run != null && feed.run(run) == null) {
      throw ProblemException.notFound("there is no run " + run);
    }
    return ServerSentEvents.reply(
        events -> new EventStream(feed, followers, filter, events).run(after));
  }

  private static <T> T parsed(String text, Function<String, T> parse) {
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException e) {
      throw ProblemException.badRequest("\"%s\": %s".formatted(text, e.getMessage()));
    }
  }
}
