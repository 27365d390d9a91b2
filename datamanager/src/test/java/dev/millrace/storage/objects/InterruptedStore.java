package dev.millrace.storage.objects;

import java.io.InputStream;
import java.util.Optional;
import java.util.stream.Stream;

/** Another store, before one of whose calls something else happens. */
public final class InterruptedStore extends ForwardingStore {
  private int left = -1;
  private Runnable meanwhile = () -> {};

  public InterruptedStore(ObjectStore store) {
    super(store);
  }

  /** After so many more calls, this happens before the next. */
  public void before(int calls, Runnable what) {
    left = calls;
    meanwhile = what;
  }

  /** Whether there were not so many calls yet. */
  public boolean isAwaited() {
    return left >= 0;
  }

  private void count() {
    if (left >= 0 && left-- == 0) {
      meanwhile.run();
    }
  }

  @Override
  public void write(String path, InputStream body, long size, Durability durability) {
    count();
    super.write(path, body, size, durability);
  }

  @Override
  public boolean writeIfAbsent(String path, InputStream body, long size, Durability durability) {
    count();
    return super.writeIfAbsent(path, body, size, durability);
  }

  @Override
  public InputStream read(String path) {
    count();
    return super.read(path);
  }

  @Override
  public InputStream read(String path, long offset, long length) {
    count();
    return super.read(path, offset, length);
  }

  @Override
  public Optional<ObjectInfo> stat(String path) {
    count();
    return super.stat(path);
  }

  @Override
  public Stream<ObjectInfo> list(String prefix, String after) {
    count();
    return super.list(prefix, after);
  }

  @Override
  public void delete(String path) {
    count();
    super.delete(path);
  }
}
