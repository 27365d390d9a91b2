package dev.millrace.gateway;

import dev.millrace.events.Delivery;
import dev.millrace.gateway.core.Plan;

/** Finds out what a delivery comes to. Blocks; called by several threads. */
@FunctionalInterface
public interface DeliveryPlanner {

  /**
   * The plan; the same for the same delivery.
   *
   * @throws Exception if it cannot be told now; it will be asked again
   */
  Plan plan(Delivery delivery) throws Exception;

  /** What is done when it could not be told however often it was asked. */
  default Plan giveUp(Delivery delivery, String why) {
    return Plan.none(delivery.ref() + ": " + why);
  }
}
