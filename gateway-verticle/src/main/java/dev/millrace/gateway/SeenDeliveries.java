package dev.millrace.gateway;

import dev.millrace.events.Delivery;
import dev.millrace.events.RootGroup;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** What the deliveries so far have made of the refs of each project, and how far that reaches. */
final class SeenDeliveries {

  private final Map<RootGroup, Map<String, String>> refs = new HashMap<>();
  private final long[] next;

  SeenDeliveries(int partitions) {
    this.next = new long[partitions];
    Arrays.fill(next, -1);
  }

  /** What is known before any delivery is applied. */
  synchronized void begin(Map<RootGroup, Map<String, String>> known) {
    known.forEach((root, its) -> refs.put(root, new HashMap<>(its)));
  }

  /** Tells whether the delivery changed anything: one that repeats the last one does not. */
  synchronized boolean apply(RootGroup root, Delivery delivery) {
    Map<String, String> known = refs.computeIfAbsent(root, _ -> new HashMap<>());
    String before =
        delivery.after() == null
            ? known.remove(delivery.ref())
            : known.put(delivery.ref(), delivery.after());
    return delivery.after() == null ? before != null : !delivery.after().equals(before);
  }

  /** All before this offset has been applied. */
  synchronized void reached(int partition, long offset) {
    next[partition] = Math.max(next[partition], offset);
    notifyAll();
  }

  /** What each ref points to, by the deliveries; refs that were deleted are absent. */
  synchronized Map<String, String> of(RootGroup root) {
    return Map.copyOf(refs.getOrDefault(root, Map.of()));
  }

  /** Waits until all before this offset has been applied; tells whether it was. */
  synchronized boolean await(int partition, long offset, Duration patience)
      throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (next[partition] < offset) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }
}
