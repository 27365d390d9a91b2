package dev.millrace.bus.ledger;

import dev.millrace.bus.Bus;
import dev.millrace.bus.TopicPartition;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.Map;

/** What is measured of ledgers: how far they are read, and what is decided. */
public final class LedgerMeters {
  private LedgerMeters() {}

  /**
   * How far somebody has read.
   *
   * @param reader tells several in a process from one another
   */
  public static <S, E> void ofReader(
      MeterRegistry meters,
      Bus bus,
      LedgerKind<S, ?, E> kind,
      String reader,
      LedgerView<S, E> view) {
    for (int p = 0; p < view.partitions(); p++) {
      int partition = p;
      Tags tags = tags(kind, p).and("reader", reader);
      FunctionCounter.builder("millrace.ledger.read", view, v -> v.position(partition))
          .description("The offset up to which a reader has read")
          .tags(tags)
          .register(meters);
      var lag = new Lag(bus, new TopicPartition(kind.events().name(), p), view);
      Gauge.builder("millrace.ledger.lag", lag, Lag::measure)
          .description("How many records a reader was behind when it was last looked at")
          .tags(tags)
          .strongReference(true)
          .register(meters);
    }
  }

  /** What a candidate decides, and who waits for it. */
  public static <S, C, E> void ofWriter(
      MeterRegistry meters, LedgerKind<S, C, E> kind, LedgerAuthority<S, C, E> authority) {
    for (int p = 0; p < authority.partitions(); p++) {
      int partition = p;
      Gauge.builder("millrace.ledger.writing", authority, a -> a.writes(partition) ? 1 : 0)
          .description("Whether this process decides for the partition")
          .tags(tags(kind, p))
          .register(meters);
    }
    Gauge.builder("millrace.ledger.callers", authority, LedgerAuthority::callers)
        .description("How many wait for the decision on a command")
        .tags("ledger", kind.events().name())
        .register(meters);
    authority.subscribe(new Decisions<>(meters, kind, authority));
  }

  private static Tags tags(LedgerKind<?, ?, ?> kind, int partition) {
    return Tags.of(
        Tag.of("ledger", kind.events().name()), Tag.of("partition", Integer.toString(partition)));
  }

  /** Each look begins the next one: nobody is to wait for a broker that is away. */
  private record Lag(Bus bus, TopicPartition partition, LedgerView<?, ?> view, double[] last) {
    Lag(Bus bus, TopicPartition partition, LedgerView<?, ?> view) {
      this(bus, partition, view, new double[] {Double.NaN});
    }

    double measure() {
      synchronized (last) {
        var _ =
            bus.extent(partition)
                .whenComplete(
                    (extent, failure) ->
                        tell(
                            failure == null
                                ? Math.max(0, extent.end() - view.position(partition.partition()))
                                : Double.NaN));
        return last[0];
      }
    }

    private void tell(double records) {
      synchronized (last) {
        last[0] = records;
      }
    }
  }

  /** Counts on the thread of the ledger, so each counter is looked up once. */
  private record Decisions<S, E>(
      MeterRegistry meters,
      LedgerKind<S, ?, E> kind,
      LedgerAuthority<S, ?, E> authority,
      Map<Counted, Counter> counters)
      implements LedgerView.Listener<S, E> {

    private record Counted(int partition, String outcome) {}

    Decisions(MeterRegistry meters, LedgerKind<S, ?, E> kind, LedgerAuthority<S, ?, E> authority) {
      this(meters, kind, authority, new HashMap<>());
    }

    @Override
    public void folding(int partition, long n, S state) {}

    @Override
    public void accepted(int partition, long offset, Decided<E> decision, S before, S after) {
      if (authority.writes(partition)) {
        counters
            .computeIfAbsent(new Counted(partition, word(decision.outcome())), this::counter)
            .increment();
      }
    }

    private Counter counter(Counted of) {
      return Counter.builder("millrace.ledger.decisions")
          .description("Decisions made here: accepted, or the code of the refusal")
          .tags(tags(kind, of.partition()).and("outcome", of.outcome()))
          .register(meters);
    }

    private static String word(Outcome outcome) {
      return switch (outcome) {
        case Outcome.Accepted _ -> "accepted";
        case Outcome.Rejected(var code, _) -> code.wire();
      };
    }
  }
}
