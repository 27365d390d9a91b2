package dev.millrace.runservice.logs;

import dev.millrace.storage.objects.Durability;
import dev.millrace.storage.objects.ObjectInfo;
import dev.millrace.storage.objects.ObjectStore;
import dev.millrace.storage.objects.ObjectStoreException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Another store, which can be away, and whose changes can come to an end. */
final class FailingStore implements ObjectStore {
  volatile boolean away;
  final AtomicInteger reads = new AtomicInteger();
  private final ObjectStore store;
  private int changesLeft = Integer.MAX_VALUE;

  FailingStore(ObjectStore store) {
    this.store = store;
  }

  /** So many more changes are made, then none. */
  void endAfter(int changes) {
    changesLeft = changes;
  }

  private ObjectStore there() {
    if (away) {
      throw new ObjectStoreException("the store is away", null);
    }
    return store;
  }

  private ObjectStore changing() {
    if (changesLeft-- <= 0) {
      throw new ObjectStoreException("no more changes are made", null);
    }
    return there();
  }

  @Override
  public void write(String path, InputStream body, long size, Durability durability) {
    changing().write(path, body, size, durability);
  }

  @Override
  public boolean writeIfAbsent(String path, InputStream body, long size, Durability durability) {
    return changing().writeIfAbsent(path, body, size, durability);
  }

  @Override
  public InputStream read(String path) {
    return there().read(path);
  }

  @Override
  public InputStream read(String path, long offset, long length) {
    reads.incrementAndGet();
    return there().read(path, offset, length);
  }

  @Override
  public Optional<ObjectInfo> stat(String path) {
    return there().stat(path);
  }

  @Override
  public Stream<ObjectInfo> list(String prefix, String after) {
    return there().list(prefix, after);
  }

  @Override
  public void delete(String path) {
    changing().delete(path);
  }

  @Override
  public void close() {
    store.close();
  }
}
