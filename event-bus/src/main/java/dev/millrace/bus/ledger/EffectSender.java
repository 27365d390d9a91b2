package dev.millrace.bus.ledger;

import dev.millrace.bus.Appender;
import dev.millrace.bus.Bus;
import dev.millrace.bus.LogRecord;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Effects.Effect;
import dev.millrace.events.Json;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.Partitions;
import dev.millrace.events.Topics;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the effects of accepted decisions, each at least once (rule 8): what fails is told again.
 * On one thread.
 */
final class EffectSender {
  private static final Logger LOG = LoggerFactory.getLogger(EffectSender.class);
  private static final int LIMIT = 10_000;
  private static final int MEBIBYTE = 1 << 20;

  private final Bus bus;
  private final String name;
  private final Timing timing;
  private final LedgerSettings settings;
  private final Mailbox mailbox;
  private final Map<String, Integer> partitions = new HashMap<>();
  private final TreeMap<Long, Effect> failed = new TreeMap<>();
  // Counted down by the threads that complete appends.
  private final AtomicInteger open = new AtomicInteger();
  private @Nullable Channel channel;
  private long sequence;
  private long failedAt;

  // An appender, and whether an append of it failed: then all that come later may have failed too.
  private record Channel(Appender appender, AtomicBoolean broken) {}

  EffectSender(Bus bus, String name, Timing timing, LedgerSettings settings, Mailbox mailbox) {
    this.bus = bus;
    this.name = name;
    this.timing = timing;
    this.settings = settings;
    this.mailbox = mailbox;
  }

  /** Whether so much has not been told yet that nothing more should be decided. */
  boolean full() {
    return open.get() >= LIMIT;
  }

  void send(Effect effect) {
    send(sequence++, effect);
  }

  void sendDeadLetter(LogRecord record, Decided<?> decided) {
    byte[] value = record.value();
    var letter =
        new DeadLetter(
            record.source().topic(),
            record.source().partition(),
            record.offset(),
            decided.n(),
            decided.outcome(),
            record.key(),
            value.length > MEBIBYTE ? Arrays.copyOf(value, MEBIBYTE) : value);
    send(
        new Effect(
            Topics.DEAD_LETTERS, record.source() + "@" + record.offset(), Json.write(letter)));
  }

  /** Tells again what failed, after a pause. */
  void advance() {
    if (!failed.isEmpty() && idleFor() <= 0) {
      var again = new TreeMap<>(failed);
      failed.clear();
      again.forEach(this::send);
    }
  }

  long idleFor() {
    return failed.isEmpty()
        ? Long.MAX_VALUE
        : failedAt + settings.backOff().toNanos() - timing.nanos().getAsLong();
  }

  void close() {
    if (channel != null) {
      channel.appender().close();
    }
  }

  private void send(long number, Effect effect) {
    Channel current = channel();
    int count = partitions.computeIfAbsent(effect.topic().name(), bus::partitions);
    var to = new TopicPartition(effect.topic().name(), Partitions.of(effect.key(), count));
    open.incrementAndGet();
    current
        .appender()
        .append(to, effect.key(), effect.value())
        .whenComplete(
            (_, failure) -> {
              open.decrementAndGet();
              if (failure != null) {
                mailbox.post(() -> failed(current, number, effect, failure));
              }
            });
  }

  private void failed(Channel on, long number, Effect effect, Throwable failure) {
    if (on.broken().compareAndSet(false, true)) {
      LOG.warn("{} could not tell an effect, and tells it again: {}", name, failure.getMessage());
      on.appender().close();
    }
    failed.put(number, effect);
    failedAt = timing.nanos().getAsLong();
  }

  private Channel channel() {
    Channel current = channel;
    if (current == null || current.broken().get()) {
      current = new Channel(bus.appender("effects-" + name), new AtomicBoolean());
      channel = current;
    }
    return current;
  }
}
