package dev.millrace.verification.simulation;

import java.util.Map;

/**
 * What comes over the worlds of a mutation, beside the faults that the dice of each give it.
 *
 * @param views how many of the seeds look at what a run service shows of ended runs
 * @param powerLosses how many of them have power losses
 * @param upgrades how many of them have upgrades
 * @param faults that each of them has, and how often each strikes then
 */
record Odds(double views, double powerLosses, double upgrades, Map<Fault, Double> faults) {
  /** As without any mutation. */
  static final Odds USUAL = new Odds(0.2, 0.12, 0.3, Map.of());

  Odds withViews() {
    return new Odds(1, powerLosses, upgrades, faults);
  }

  Odds withPowerLosses() {
    return new Odds(views, 1, upgrades, faults);
  }

  Odds withUpgrades() {
    return new Odds(views, powerLosses, 1, faults);
  }

  Odds with(Fault fault, double rate) {
    return new Odds(views, powerLosses, upgrades, Map.of(fault, rate));
  }
}
