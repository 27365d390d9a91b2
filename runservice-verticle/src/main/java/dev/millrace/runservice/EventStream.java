package dev.millrace.runservice;

import dev.millrace.bus.BusException;
import dev.millrace.bus.LogRecord;
import dev.millrace.bus.TopicPartition;
import dev.millrace.events.Json;
import dev.millrace.events.LedgerCodec;
import dev.millrace.events.LedgerRecord.Cause;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.Outcome;
import dev.millrace.events.RunId;
import dev.millrace.events.Topics;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.RunCatalog;
import dev.millrace.events.run.RunEvent;
import dev.millrace.http.ServerSentEvents;
import dev.millrace.runservice.feed.Accepted;
import dev.millrace.runservice.feed.Inbox;
import dev.millrace.runservice.feed.RunFeed;
import dev.millrace.runservice.feed.RunFeed.Start;
import dev.millrace.runservice.logs.Followers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One reader of decisions: what it missed comes from the topic, the rest from the fold as it goes
 * on. Used by one thread.
 */
final class EventStream {
  private static final LedgerCodec<RunEvent> CODEC = new LedgerCodec<>(RunCatalog.EVENTS);
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int INBOX = 4096;
  private final RunFeed feed;
  private final Followers followers;
  private final EventFilter filter;
  private final ServerSentEvents events;
  private final Inbox<Accepted> inbox = new Inbox<>(INBOX);
  private Position heard = new Position();

  EventStream(RunFeed feed, Followers followers, EventFilter filter, ServerSentEvents events) {
    this.feed = feed;
    this.followers = followers;
    this.filter = filter;
    this.events = events;
  }

  private record Told(
      int partition,
      long offset,
      long n,
      Instant at,
      Cause cause,
      Outcome outcome,
      List<Object> events) {}

  /**
   * Tells decisions until the reader is gone.
   *
   * @param after what the reader has heard; null: only what comes from now on, for a run after a
   *     picture of it
   */
  void run(@Nullable Position after) throws IOException, InterruptedException {
    Set<Integer> partitions = filter.partitions(feed);
    try {
      Map<Integer, Start> starts = listen(partitions);
      if (after == null) {
        starts.forEach((partition, start) -> heard.heard(partition, start.next() - 1));
        tellRun(starts);
      } else {
        heard = after;
      }
      while (true) {
        for (var start : starts.entrySet()) {
          catchUp(start.getKey(), start.getValue().next());
        }
        tellLive();
        starts = listen(partitions);
      }
    } finally {
      partitions.forEach(partition -> feed.ignore(partition, inbox));
    }
  }

  private Map<Integer, Start> listen(Set<Integer> partitions) {
    inbox.reset();
    Map<Integer, Start> starts = new HashMap<>();
    partitions.forEach(partition -> starts.put(partition, feed.listen(partition, inbox)));
    return starts;
  }

  private void tellRun(Map<Integer, Start> starts) throws IOException {
    for (Start start : starts.values()) {
      Run run = filter.run() == null ? null : run(start, filter.run());
      if (run != null) {
        events.sendJson(heard.toString(), "run", RunViews.detail(run));
      }
    }
  }

  /** One that has ended does not change any more. */
  private @Nullable Run run(Start start, RunId id) {
    Run run = start.state().run(id);
    return run == null && start.state().hasEnded(id) ? feed.run(id) : run;
  }

  /** Until the reader was too slow. */
  private void tellLive() throws IOException, InterruptedException {
    while (!inbox.overflown()) {
      Accepted next = inbox.poll();
      if (next != null) {
        tell(next);
      } else if (!inbox.await(KEEP_ALIVE)) {
        events.ping();
      }
    }
  }

  private void catchUp(int partition, long to) throws IOException, InterruptedException {
    long from = heard.of(partition) + 1;
    if (from >= to) {
      return;
    }
    var source = new TopicPartition(Topics.RUN_EVENTS.name(), partition);
    try (Followers.Lease lease = followers.lend(source, from)) {
      while (from < to) {
        List<LogRecord> batch = lease.follower().poll(PATIENCE);
        for (LogRecord record : batch) {
          if (record.offset() < to
              && feed.isAccepted(partition, record.offset())
              && CODEC.read(record.value()) instanceof Decided<RunEvent> decided) {
            tell(new Accepted(partition, record.offset(), decided));
          }
          from = record.offset() + 1;
        }
        if (batch.isEmpty()) {
          from = Math.max(from, lease.follower().position(source));
          if (from < to) {
            throw new BusException(source + " gives nothing after offset " + from, null);
          }
        }
      }
    }
    heard.heard(partition, Math.max(heard.of(partition), to - 1));
  }

  private void tell(Accepted accepted) throws IOException {
    if (accepted.offset() <= heard.of(accepted.partition())) {
      return;
    }
    heard.heard(accepted.partition(), accepted.offset());
    Decided<RunEvent> decision = accepted.decision();
    if (filter.matches(decision)) {
      var told =
          new Told(
              accepted.partition(),
              accepted.offset(),
              decision.n(),
              decision.at(),
              decision.cause(),
              decision.outcome(),
              decision.events().stream().map(RunCatalog.EVENTS::wire).toList());
      events.send(
          heard.toString(), "decision", new String(Json.write(told), StandardCharsets.UTF_8));
    }
  }
}
