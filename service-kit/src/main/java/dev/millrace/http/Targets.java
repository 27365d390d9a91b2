package dev.millrace.http;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The instances of a service, any of which will do. They are asked in turn; one that did not answer
 * is asked last for a while. Any thread.
 */
public final class Targets {
  private static final Duration DOUBT = Duration.ofSeconds(5);

  private final String name;
  private final Supplier<List<URI>> known;
  private final LongSupplier nanos;
  private final AtomicInteger turn = new AtomicInteger();
  private final Map<URI, Long> doubtful = new ConcurrentHashMap<>();

  /**
   * Those that are known at each moment.
   *
   * @param name of the service, in sentences
   * @param known the bases of their interfaces; should not block
   * @param nanos rises steadily
   */
  public Targets(String name, Supplier<List<URI>> known, LongSupplier nanos) {
    this.name = name;
    this.known = known;
    this.nanos = nanos;
  }

  String name() {
    return name;
  }

  /** Just one. */
  public static Targets of(URI base) {
    return new Targets(String.valueOf(base.getAuthority()), () -> List.of(base), System::nanoTime);
  }

  /**
   * All that are known, in the order in which they are to be tried.
   *
   * @throws UnreachableException if none is known
   */
  List<URI> inOrder() {
    List<URI> all = new ArrayList<>(known.get());
    if (all.isEmpty()) {
      throw new UnreachableException("no %s is there at present".formatted(name), null);
    }
    if (all.size() > 1) {
      Collections.rotate(all, -Math.floorMod(turn.getAndIncrement(), all.size()));
      long now = nanos.getAsLong();
      doubtful.values().removeIf(since -> now - since > DOUBT.toNanos());
      all.sort((a, b) -> Boolean.compare(doubtful.containsKey(a), doubtful.containsKey(b)));
    }
    return all;
  }

  void failed(URI base) {
    doubtful.put(base, nanos.getAsLong());
  }

  void answered(URI base) {
    doubtful.remove(base);
  }
}
