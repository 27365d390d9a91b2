package dev.millrace.verification.endtoend;

import dev.millrace.bus.Appended;
import dev.millrace.bus.Appender;
import dev.millrace.bus.Bus;
import dev.millrace.bus.Follower;
import dev.millrace.bus.LogRecord;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.LedgerKind;
import dev.millrace.events.Command;
import dev.millrace.events.LedgerRecord;
import dev.millrace.events.LedgerRecord.Cause;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.Outcome;
import dev.millrace.events.Partitions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Writes records on a command topic, as anybody with access may, and reads their decisions. */
final class Published<E> implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final LedgerKind<?, ?, E> kind;
  private final Appender appender;
  private final Follower follower;
  private final int partitions;
  private final Map<At, Decided<E>> decisions = new HashMap<>();

  /** Makes the bytes of a command. */
  interface Writer<C> {
    byte[] write(Command<C> command);
  }

  /** Where a command stands. */
  record At(int partition, long offset) {}

  Published(Bus bus, LedgerKind<?, ?, E> kind) {
    this.kind = kind;
    this.appender = bus.appender("bad-input");
    this.follower = bus.follower("bad-input");
    this.partitions = bus.partitions(kind.commands().name());
    for (int p = 0; p < partitions; p++) {
      follower.assign(new TopicPartition(kind.events().name(), p), 0);
    }
  }

  At publish(String key, byte[] record) throws Exception {
    return publish(Partitions.of(key, partitions), key, record);
  }

  At publish(int partition, String key, byte[] record) throws Exception {
    Appended appended =
        appender
            .append(new TopicPartition(kind.commands().name(), partition), key, record)
            .toCompletableFuture()
            .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    return new At(partition, appended.offset());
  }

  int partitions() {
    return partitions;
  }

  /** What was decided on the record there; fails if nothing is within a minute. */
  Decided<E> decision(At at) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!decisions.containsKey(at)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("nothing was decided on the record at " + at);
      }
      follower.poll(Duration.ofMillis(200)).forEach(this::read);
    }
    return decisions.get(at);
  }

  /** The outcome as code, space, sentence. */
  String told(At at) {
    return switch (decision(at).outcome()) {
      case Outcome.Accepted accepted -> "accepted " + accepted.subject();
      case Outcome.Rejected rejected -> rejected.code().wire() + " " + rejected.message();
    };
  }

  private void read(LogRecord record) {
    LedgerRecord<E> read = kind.eventCodec().read(record.value());
    if (read instanceof Decided<E> decided && decided.cause() instanceof Cause.OfCommand of) {
      decisions.put(new At(record.source().partition(), of.offset()), decided);
    }
  }

  @Override
  public void close() {
    appender.close();
    follower.close();
  }
}
