package dev.millrace.runservice;

import dev.millrace.bus.Bus;
import dev.millrace.bus.Extent;
import dev.millrace.bus.TopicPartition;
import dev.millrace.events.Topics;
import dev.millrace.http.UpToDate;
import java.util.concurrent.CompletionStage;

/** Asks how far the ledger of runs goes. */
record LedgerEnds(Bus bus) implements UpToDate.Ends {
  @Override
  public CompletionStage<Long> end(int partition) {
    return extent(partition).thenApply(Extent::end);
  }

  /** What is kept of a partition. */
  CompletionStage<Extent> extent(int partition) {
    return bus.extent(new TopicPartition(Topics.RUN_EVENTS.name(), partition));
  }
}
