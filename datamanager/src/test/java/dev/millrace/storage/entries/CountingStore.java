package dev.millrace.storage.entries;

import dev.millrace.storage.objects.Durability;
import dev.millrace.storage.objects.ObjectInfo;
import dev.millrace.storage.objects.ObjectStore;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Counts how often another store is read. */
final class CountingStore implements ObjectStore {
  final AtomicInteger reads = new AtomicInteger();
  private final ObjectStore store;

  CountingStore(ObjectStore store) {
    this.store = store;
  }

  void write(String path, byte[] body, Durability durability) {
    write(path, new ByteArrayInputStream(body), body.length, durability);
  }

  @Override
  public void write(String path, InputStream body, long size, Durability durability) {
    store.write(path, body, size, durability);
  }

  @Override
  public boolean writeIfAbsent(String path, InputStream body, long size, Durability durability) {
    return store.writeIfAbsent(path, body, size, durability);
  }

  @Override
  public InputStream read(String path) {
    reads.incrementAndGet();
    return store.read(path);
  }

  @Override
  public InputStream read(String path, long offset, long length) {
    reads.incrementAndGet();
    return store.read(path, offset, length);
  }

  @Override
  public Optional<ObjectInfo> stat(String path) {
    return store.stat(path);
  }

  @Override
  public Stream<ObjectInfo> list(String prefix, String after) {
    return store.list(prefix, after);
  }

  @Override
  public void delete(String path) {
    store.delete(path);
  }

  @Override
  public void close() {
    store.close();
  }
}
