package dev.millrace.events;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What was last read from which bytes. Several parts of one process read the same records at about
 * the same time, and most of what reading costs is making objects of them, which are immutable.
 * Keeps at most some 4 MiB of records. Any thread.
 */
final class Recent<T> {
  private static final int PLACES = 256;
  private static final int LARGEST = 16 * 1024;

  private final AtomicReferenceArray<@Nullable Known<T>> places =
      new AtomicReferenceArray<>(PLACES);

  private record Known<T>(byte[] bytes, T value) {}

  /**
   * What these bytes mean.
   *
   * @param read gives the same for the same bytes, something immutable; what it throws is thrown
   */
  T get(byte[] bytes, Function<byte[], T> read) {
    if (bytes.length > LARGEST) {
      return read.apply(bytes);
    }
    int place = Math.floorMod(Arrays.hashCode(bytes), PLACES);
    Known<T> known = places.get(place);
    if (known != null && Arrays.equals(known.bytes, bytes)) {
      return known.value;
    }
    T value = read.apply(bytes);
    places.set(place, new Known<>(bytes.clone(), value));
    return value;
  }
}
