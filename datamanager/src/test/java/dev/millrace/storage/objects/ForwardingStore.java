package dev.millrace.storage.objects;

import java.io.InputStream;
import java.util.Optional;
import java.util.stream.Stream;

/** Another store; tests change what they want of it. */
public class ForwardingStore implements ObjectStore {
  private final ObjectStore store;

  protected ForwardingStore(ObjectStore store) {
    this.store = store;
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
    return store.read(path);
  }

  @Override
  public InputStream read(String path, long offset, long length) {
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
