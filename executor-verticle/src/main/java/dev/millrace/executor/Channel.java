package dev.millrace.executor;

import dev.millrace.bus.Appended;
import dev.millrace.bus.Appender;
import dev.millrace.bus.Bus;
import dev.millrace.bus.TopicPartition;
import java.util.concurrent.CompletionStage;

/**
 * Appends to the bus with one appender after the other: one that has failed is closed, so that what
 * still waits in it fails too, and the next append has a new one. Any thread.
 */
final class Channel implements AutoCloseable {
  private final Bus bus;
  private final String name;
  private Appender appender;
  private boolean closed;

  Channel(Bus bus, String name) {
    this.bus = bus;
    this.name = name;
    this.appender = bus.appender(name);
  }

  CompletionStage<Appended> append(TopicPartition partition, String key, byte[] value) {
    Appender now;
    synchronized (this) {
      now = appender;
    }
    return now.append(partition, key, value)
        .whenComplete(
            (_, failure) -> {
              if (failure != null) {
                replace(now);
              }
            });
  }

  private void replace(Appender failed) {
    synchronized (this) {
      if (closed || appender != failed) {
        return;
      }
      appender = bus.appender(name);
    }
    failed.close();
  }

  @Override
  public void close() {
    Appender last;
    synchronized (this) {
      closed = true;
      last = appender;
    }
    last.close();
  }
}
