package dev.millrace.storage.objects;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;

/** Objects in the memory of this process: for tests and the simulation. */
public final class MemoryObjectStore implements ObjectStore {
  private final InstantSource clock;
  private final NavigableMap<String, Stored> objects = new ConcurrentSkipListMap<>();

  private record Stored(byte[] body, Instant modified) {}

  public MemoryObjectStore(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public void write(String path, InputStream body, long size, Durability durability) {
    objects.put(ObjectPath.checked(path), stored(path, body, size));
  }

  @Override
  public boolean writeIfAbsent(String path, InputStream body, long size, Durability durability) {
    return objects.putIfAbsent(ObjectPath.checked(path), stored(path, body, size)) == null;
  }

  private Stored stored(String path, InputStream body, long size) {
    try (var exact = new SizedBody(path, body, size)) {
      return new Stored(exact.readAllBytes(), clock.instant());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public InputStream read(String path) {
    return new ByteArrayInputStream(find(path));
  }

  @Override
  public InputStream read(String path, long offset, long length) {
    Ranges.check(offset, length);
    byte[] body = find(path);
    int from = (int) Math.min(offset, body.length);
    return new ByteArrayInputStream(body, from, (int) Math.min(length, body.length - from));
  }

  private byte[] find(String path) {
    Stored stored = objects.get(ObjectPath.checked(path));
    if (stored == null) {
      throw new NoSuchObjectException(path);
    }
    return stored.body();
  }

  @Override
  public Optional<ObjectInfo> stat(String path) {
    return Optional.ofNullable(objects.get(ObjectPath.checked(path)))
        .map(stored -> info(path, stored));
  }

  @Override
  public Stream<ObjectInfo> list(String prefix, String after) {
    NavigableMap<String, Stored> from =
        after.compareTo(prefix) >= 0
            ? objects.tailMap(after, false)
            : objects.tailMap(prefix, true);
    return from.entrySet().stream()
        .takeWhile(entry -> entry.getKey().startsWith(prefix))
        .map(entry -> info(entry.getKey(), entry.getValue()));
  }

  private static ObjectInfo info(String path, Stored stored) {
    return new ObjectInfo(path, stored.body().length, stored.modified());
  }

  @Override
  public void delete(String path) {
    objects.remove(ObjectPath.checked(path));
  }

  @Override
  public void close() {
    // nothing is open
  }
}
