package dev.millrace.storage.coordination;

import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * A store in a directory of this machine, for one process at a time. What was stored survives the
 * death of the process and, as far as the disk keeps what it was told to sync, the loss of power.
 */
public final class LocalCoordinationStore extends TableStore {
  private final TableFile file;
  private final DirectoryLock lock;

  private LocalCoordinationStore(
      DirectoryLock lock, TableFile file, Table table, LongSupplier nanos) {
    super(table, nanos);
    this.lock = lock;
    this.file = file;
  }

  /**
   * Opens the store, making the directory if it is not there.
   *
   * @param nanos rises steadily; leases end by it
   * @throws CoordinationException if another process, or this one, has it open; the message says
   *     which. Also if what is there cannot be read
   */
  public static LocalCoordinationStore open(Path directory, LongSupplier nanos) {
    DirectoryLock lock = DirectoryLock.take(directory);
    try {
      var file = new TableFile(directory);
      return new LocalCoordinationStore(lock, file, file.read(), nanos);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  @Override
  void save(Table next) {
    file.write(next);
  }

  @Override
  public synchronized void close() {
    super.close();
    lock.close();
  }
}
