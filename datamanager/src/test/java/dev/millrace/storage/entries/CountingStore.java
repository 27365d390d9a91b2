package dev.millrace.storage.entries;

import dev.millrace.storage.objects.Durability;
import dev.millrace.storage.objects.ForwardingStore;
import dev.millrace.storage.objects.ObjectStore;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts how often another store is read. */
final class CountingStore extends ForwardingStore {
  final AtomicInteger reads = new AtomicInteger();

  CountingStore(ObjectStore store) {
    super(store);
  }

  void write(String path, byte[] body, Durability durability) {
    write(path, new ByteArrayInputStream(body), body.length, durability);
  }

  @Override
  public InputStream read(String path) {
    reads.incrementAndGet();
    return super.read(path);
  }

  @Override
  public InputStream read(String path, long offset, long length) {
    reads.incrementAndGet();
    return super.read(path, offset, length);
  }
}
