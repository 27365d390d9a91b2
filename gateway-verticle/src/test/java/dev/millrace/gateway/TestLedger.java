package dev.millrace.gateway;

import dev.millrace.bus.Appender;
import dev.millrace.bus.Bus;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.LedgerKind;
import dev.millrace.events.LedgerRecord;
import dev.millrace.events.LedgerRecord.Cause;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.LedgerRecord.WriterChanged;
import dev.millrace.events.Outcome;
import java.time.Instant;
import java.util.List;

/** Writes decisions of its own choice on a ledger. */
final class TestLedger<E> {

  private static final String TERM = "t1";

  private final LedgerKind<?, ?, E> kind;
  private final Appender appender;
  private final long[] n;

  TestLedger(Bus bus, LedgerKind<?, ?, E> kind) {
    this.kind = kind;
    this.appender = bus.appender("test");
    this.n = new long[bus.partitions(kind.events().name())];
    for (int p = 0; p < n.length; p++) {
      append(p, new WriterChanged<>(1, TERM, "test", kind.language(), n.length));
    }
  }

  void happen(int partition, List<E> events) {
    decide(partition, new Cause.OfTick("test", Instant.EPOCH), Outcome.accepted(), events);
  }

  synchronized void decide(int partition, Cause cause, Outcome outcome, List<E> events) {
    n[partition]++;
    append(partition, new Decided<>(TERM, n[partition], cause, Instant.EPOCH, outcome, events));
  }

  private void append(int partition, LedgerRecord<E> record) {
    var to = new TopicPartition(kind.events().name(), partition);
    appender.append(to, null, kind.eventCodec().write(record)).toCompletableFuture().join();
  }
}
