package dev.millrace.runservice;

import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.http.HttpApi;
import dev.millrace.http.ProblemException;
import dev.millrace.http.Reply;
import dev.millrace.http.Request;
import dev.millrace.http.ServerSentEvents;
import dev.millrace.runservice.feed.RunFeed;
import dev.millrace.runservice.logs.Followers;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The decisions on runs as server-sent events: from any position of the ledger, or from now on. */
final class EventRoutes {
  private final RunFeed feed;
  private final Followers followers;

  EventRoutes(RunFeed feed, Followers followers) {
    this.feed = feed;
    this.followers = followers;
  }

  void addTo(HttpApi api) {
    api.on("GET", "/internal/v1/events", this::follow);
  }

  private Reply follow(Request request) {
    RunId run = request.query("run").map(text -> parsed(text, RunId::parse)).orElse(null);
    Set<RootGroup> roots =
        request.query("root").stream()
            .flatMap(all -> Arrays.stream(all.split(",")))
            .map(text -> parsed(text, RootGroup::parse))
            .collect(Collectors.toSet());
    if (run != null && feed.run(run) == null) {
      throw ProblemException.notFound("there is no run " + run);
    }
    Position after =
        request
            .header("Last-Event-ID")
            .or(() -> request.query("after"))
            .map(text -> Position.parse(text, feed.partitions()))
            .orElse(null);
    return reply(new EventFilter(roots, run), after);
  }

  private Reply reply(EventFilter filter, @Nullable Position after) {
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
