package dev.millrace.executor.drivers;

import java.util.function.LongPredicate;

/**
 * A number that every process of a step carries: its limit on file locks, which no Linux since 2.4
 * enforces. It is inherited, survives {@code exec}, {@code setsid} and an emptied environment, can
 * be read by everybody, and cannot be had by accident: so what is left of a step is found whatever
 * became of its parents. The first nine digits name the life of the driver, the others the step.
 */
record Mark(long value) {
  private static final long STEPS = 1_000_000_000L;

  /** The mark of a step. */
  static Mark of(int life, int step) {
    return new Mark(life * STEPS + step);
  }

  /** Matches the marks of all steps of a life. */
  static LongPredicate ofLife(int life) {
    return value -> value / STEPS == life;
  }

  LongPredicate only() {
    return other -> other == value;
  }
}
