package dev.millrace.storage.coordination;

import java.util.function.LongSupplier;

/** A store that ends with the process; for tests and simulations. */
public final class MemoryCoordinationStore extends TableStore {
  /**
   * An empty store.
   *
   * @param nanos rises steadily; leases end by it
   */
  public MemoryCoordinationStore(LongSupplier nanos) {
    super(Table.EMPTY, nanos);
  }

  @Override
  void save(Table next) {}
}
