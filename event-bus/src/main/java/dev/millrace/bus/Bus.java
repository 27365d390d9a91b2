package dev.millrace.bus;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionStage;

/**
 * A set of topics, each of a fixed number of partitions. All methods may be called from any thread.
 * Adapters pass {@code BusContract}.
 */
public interface Bus extends AutoCloseable {

  /**
   * The number of partitions of the topic; fails with {@link BusException} if there is no such
   * topic.
   */
  int partitions(String topic);

  /**
   * A new, independent appender. What one appender has accepted for a partition lands in the order
   * of its calls, or not at all.
   *
   * @param name shows in logs and metrics
   */
  Appender appender(String name);

  /**
   * A new follower with nothing assigned.
   *
   * @param name shows in logs and metrics
   */
  Follower follower(String name);

  /**
   * As {@link #follower}, for what is assigned before the first {@link Follower#poll} and stays: it
   * asks less often while nothing comes, so what is assigned later may be read seconds later.
   */
  default Follower steadyFollower(String name) {
    return follower(name);
  }

  /**
   * As {@link #follower}, for reading pieces that are there already: it may ask often instead of
   * waiting, so that it is free for the next piece at once.
   */
  default Follower reader(String name) {
    return follower(name);
  }

  /**
   * This bus with followers that read less often: after a few small records one waits before it
   * asks for more. A read costs the broker the same however little it brings, so this is for who
   * can learn of things a moment later. What comes after a silence comes at once, and much at a
   * time is read without a pause. Closing it does nothing.
   *
   * @param pause how much later a record may come, at most
   */
  default Bus paced(Duration pause) {
    return new PacedBus(this, pause);
  }

  /** What the partition holds now, asked from the broker. Fails with {@link BusException}. */
  CompletionStage<Extent> extent(TopicPartition partition);

  /**
   * The offset of the first record that was appended at the time or later, by the broker's clock;
   * the end of the partition if there is none. Fails with {@link BusException}.
   */
  CompletionStage<Long> firstSince(TopicPartition partition, Instant time);

  /**
   * Deletes all records before the offset, which must not be behind the end. For those who know
   * that nobody needs them. Fails with {@link BusException}.
   */
  CompletionStage<Void> trim(TopicPartition partition, long before);

  /**
   * Completes when any part of the bus has answered; fails with {@link BusException} if none does.
   */
  CompletionStage<Void> contact();

  /** Closes every appender and follower made here. */
  @Override
  void close();
}
