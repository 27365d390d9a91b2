package dev.millrace.verification.simulation;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** The dice of one seed, and which faults the seed has. */
final class Chaos {
  final Random random;
  final Tally tally = new Tally();
  private final Set<Fault> present = EnumSet.noneOf(Fault.class);
  private final Map<Fault, Double> rates;
  private boolean over;

  /**
   * Throws them.
   *
   * @param rates of faults that are there whatever the dice say: how often each strikes
   */
  Chaos(long seed, Map<Fault, Double> rates) {
    // Near seeds give near first numbers: mix them.
    random = new Random(seed * 0x9E3779B97F4A7C15L);
    random.nextInt();
    for (Fault fault : Fault.values()) {
      if (random.nextInt(100) < 55) {
        present.add(fault);
      }
    }
    present.addAll(rates.keySet());
    this.rates = rates;
  }

  boolean strikes(Fault fault) {
    return strikes(fault, rates.getOrDefault(fault, fault.rate));
  }

  /** At a moment when it strikes more often than elsewhere. */
  boolean strikes(Fault fault, double rate) {
    boolean strikes = !over && present.contains(fault) && random.nextDouble() < rate;
    if (strikes) {
      tally.count(fault);
    }
    return strikes;
  }

  /** Whether this happens, whatever the faults. */
  boolean chance(double of) {
    return random.nextDouble() < of;
  }

  int upTo(int limit) {
    return random.nextInt(limit);
  }

  <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  void end() {
    over = true;
  }

  boolean isOver() {
    return over;
  }
}
