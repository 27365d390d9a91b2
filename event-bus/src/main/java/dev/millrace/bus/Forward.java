package dev.millrace.bus;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Brings the ends of partitions forward, so that no offset that was ever known of a partition is
 * given again, though its log has been lost. Blocks.
 */
public final class Forward implements AutoCloseable {
  private static final int AT_ONCE = 20_000;
  private static final byte[] NOTHING = {'-'};

  private final Bus bus;
  private final Appender appender;

  public Forward(Bus bus) {
    this.bus = bus;
    this.appender = bus.appender("forward");
  }

  /**
   * Appends records that say nothing until the partition ends there or behind, and deletes all that
   * is before its end then. May be done again.
   *
   * @return where it ends now
   * @throws BusException if the broker does not do it
   */
  public long to(TopicPartition partition, long offset) {
    long end = awaited(bus.extent(partition)).end();
    while (end < offset) {
      append(partition, (int) Math.min(AT_ONCE, offset - end));
      end = awaited(bus.extent(partition)).end();
    }
    awaited(bus.trim(partition, end));
    return end;
  }

  private void append(TopicPartition partition, int records) {
    List<CompletableFuture<Appended>> appended = new ArrayList<>(records);
    for (int i = 0; i < records; i++) {
      appended.add(appender.append(partition, null, NOTHING).toCompletableFuture());
    }
    appended.forEach(Forward::awaited);
  }

  private static <T> T awaited(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof BusException cause ? cause : e;
    }
  }

  @Override
  public void close() {
    appender.close();
  }
}
