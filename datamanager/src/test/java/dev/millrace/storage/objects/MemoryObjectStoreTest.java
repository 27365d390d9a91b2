package dev.millrace.storage.objects;

import java.time.Instant;

final class MemoryObjectStoreTest implements ObjectStoreContract {
  private final MemoryObjectStore store = new MemoryObjectStore(() -> Instant.EPOCH);

  @Override
  public ObjectStore store() {
    return store;
  }
}
