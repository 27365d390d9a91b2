package dev.millrace.bench;

import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * How fast this machine computes at the moment, all its processors at once: rounds of two hours, or
 * of two machines, that differ here cannot be compared.
 */
final class Yardstick {
  private static final int STEPS = 200_000_000;

  private Yardstick() {}

  /** Millions of steps of xorshift64 that one processor makes in a second; takes seconds. */
  static double millionStepsPerSecond() {
    var nanos = new AtomicLong();
    int processors = Runtime.getRuntime().availableProcessors();
    for (int round = 0; round < 2; round++) { // the first is for the compiler
      nanos.set(0);
      IntStream.range(0, processors)
          .parallel()
          .forEach(
              seed -> {
                long begin = System.nanoTime();
                if (walk(seed + 1) == 0) {
                  throw new IllegalStateException("xorshift never comes to 0");
                }
                nanos.addAndGet(System.nanoTime() - begin);
              });
    }
    return STEPS * 1e3 * processors / nanos.get();
  }

  private static long walk(long from) {
    long x = from;
    for (int i = 0; i < STEPS; i++) {
      x ^= x << 13;
      x ^= x >>> 7;
      x ^= x << 17;
    }
    return x;
  }
}
