package dev.millrace.executor;

import dev.millrace.bus.TopicPartition;
import dev.millrace.events.Json;
import dev.millrace.events.Partitions;
import dev.millrace.events.Topics;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ExecutorRef;
import dev.millrace.events.run.ExecutorStatus;
import dev.millrace.executor.drivers.Uptime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lease of one incarnation: renewed by each sign of life that has landed, and counted from when
 * that was sent. On the loop's thread.
 */
final class Heart {
  private static final Logger LOG = LoggerFactory.getLogger(Heart.class);

  private final ExecutorRef self;
  private final ExecutorSettings settings;
  private final List<String> drivers;
  private final Channel channel;
  private final TopicPartition partition;
  private final InstantSource clock;
  private final Uptime uptime;
  private final Inbox inbox;
  private final Consumer<Duration> renewed;
  private @Nullable Duration deadline;
  private @Nullable Duration first;

  /**
   * A heart that has not beaten.
   *
   * @param renewed hears the new deadline
   */
  Heart(
      ExecutorRef self,
      ExecutorSettings settings,
      List<String> drivers,
      Channel channel,
      int partitions,
      InstantSource clock,
      Uptime uptime,
      Inbox inbox,
      Consumer<Duration> renewed) {
    this.self = self;
    this.settings = settings;
    this.drivers = drivers;
    this.channel = channel;
    this.partition =
        new TopicPartition(
            Topics.EXECUTOR_STATUS.name(), Partitions.of(self.id().value(), partitions));
    this.clock = clock;
    this.uptime = uptime;
    this.inbox = inbox;
    this.renewed = renewed;
  }

  /** Whether it is time to end everything; not before there is a lease. */
  boolean over() {
    return deadline != null && uptime.now().compareTo(deadline) >= 0;
  }

  /**
   * Somebody has heard a sign of life, though maybe no answer to one has come back. Nobody knows
   * which it was, so the lease counts from the first.
   */
  void heard() {
    if (deadline == null && first != null) {
      landed(first);
    }
  }

  /** Gives a sign of life. */
  void beat(List<AttemptRef> held, boolean leaving) {
    Duration sent = uptime.now();
    first = first == null ? sent : first;
    var status =
        new ExecutorStatus(
            self,
            clock.instant(),
            settings.lease(),
            settings.killTime(),
            settings.slots(),
            held,
            settings.pool(),
            settings.arch(),
            settings.labels(),
            drivers,
            leaving);
    channel
        .append(partition, self.id().value(), Json.write(status))
        .whenComplete(
            (_, failure) -> {
              if (failure == null) {
                inbox.post(() -> landed(sent));
              } else {
                LOG.warn("a sign of life has not landed: {}", failure.toString());
              }
            });
  }

  private void landed(Duration sent) {
    Duration end = sent.plus(settings.lease()).minus(settings.killTime());
    if (deadline == null || end.compareTo(deadline) > 0) {
      deadline = end;
      renewed.accept(end);
    }
  }
}
