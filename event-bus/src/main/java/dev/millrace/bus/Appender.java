package dev.millrace.bus;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Appends records. Methods may be called from any thread and do not block for the broker. */
public interface Appender extends AutoCloseable {

  /**
   * Hands a record over. The stage completes once every in-sync replica has the record, or fails
   * with {@link BusException}; a failed append may have landed all the same, or land later. Stages
   * complete on a thread of the adapter, which must not be blocked.
   */
  CompletionStage<Appended> append(TopicPartition partition, @Nullable String key, byte[] value);

  /**
   * Ends the appender at once: nothing that has not been sent yet is sent, and what is outstanding
   * fails. May be called more than once.
   */
  @Override
  void close();
}
