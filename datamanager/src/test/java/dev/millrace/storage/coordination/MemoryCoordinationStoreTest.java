package dev.millrace.storage.coordination;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;

final class MemoryCoordinationStoreTest implements CoordinationStoreContract {
  private final AtomicLong nanos = new AtomicLong();
  private final MemoryCoordinationStore store = new MemoryCoordinationStore(nanos::get);

  @AfterEach
  void close() {
    store.close();
  }

  @Override
  public CoordinationStore store() {
    return store;
  }

  @Override
  public void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }
}
