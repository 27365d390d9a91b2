package dev.millrace.runservice;

import dev.millrace.bus.Bus;
import dev.millrace.bus.Extent;
import dev.millrace.bus.TopicPartition;
import dev.millrace.events.Topics;
import dev.millrace.http.UpToDate;
import dev.millrace.runservice.feed.RunFeed;
import java.util.concurrent.CompletionStage;

/** The ledger of runs, as it is served here. */
record RunLedger(Bus bus, RunFeed feed) implements UpToDate.Source {
  @Override
  public long next(int partition) {
    return feed.next(partition);
  }

  @Override
  public CompletionStage<Long> end(int partition) {
    return extent(partition).thenApply(Extent::end);
  }

  /** What is kept of a partition. */
  CompletionStage<Extent> extent(int partition) {
    return bus.extent(new TopicPartition(Topics.RUN_EVENTS.name(), partition));
  }
}
