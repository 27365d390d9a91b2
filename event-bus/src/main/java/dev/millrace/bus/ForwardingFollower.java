package dev.millrace.bus;

import java.time.Duration;
import java.util.List;

/** A follower that is another one but for what its subclass changes. */
public abstract class ForwardingFollower implements Follower {
  private final Follower follower;

  protected ForwardingFollower(Follower follower) {
    this.follower = follower;
  }

  @Override
  public void assign(TopicPartition partition, long offset) {
    follower.assign(partition, offset);
  }

  @Override
  public void unassign(TopicPartition partition) {
    follower.unassign(partition);
  }

  @Override
  public List<LogRecord> poll(Duration wait) {
    return follower.poll(wait);
  }

  @Override
  public long position(TopicPartition partition) {
    return follower.position(partition);
  }

  @Override
  public void wakeup() {
    follower.wakeup();
  }

  @Override
  public void close() {
    follower.close();
  }
}
