package dev.millrace.verification.simulation;

import dev.millrace.bus.LogRecord;
import dev.millrace.events.RunId;
import dev.millrace.events.run.RunEvent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** What became of the deliveries of one partition, counted from the events alone. */
final class Deliveries {
  private final SimulatedLog landed;
  private final Chaos chaos;
  private boolean lossy;
  private final Set<Long> settled = new HashSet<>();

  Deliveries(SimulatedLog landed, Chaos chaos) {
    this.landed = landed;
    this.chaos = chaos;
  }

  /** Some of what settled them was lost: what had read that may have gone on to the next. */
  void lose() {
    lossy = true;
  }

  /** The events of one decision. */
  void take(List<RunEvent> decision) {
    List<RunId> created = new ArrayList<>();
    for (RunEvent event : decision) {
      if (event instanceof RunEvent.RunCreated e) {
        created.add(e.run());
      }
    }
    for (RunEvent event : decision) {
      if (event instanceof RunEvent.DeliverySettled e) {
        settled(e, created);
      }
    }
  }

  private void settled(RunEvent.DeliverySettled e, List<RunId> created) {
    String root = e.root().toString();
    LogRecord delivery = landed.records.get(e.delivery());
    Violation.unless(
        delivery != null && root.equals(delivery.key()), "%s, but there is no such delivery", e);
    Violation.unless(settled.add(e.delivery()), "delivery %d was settled twice", e.delivery());
    Violation.unless(e.runs().equals(created), "%s, but %s were created", e, created);
    Violation.unless(
        !e.runs().isEmpty() || !e.reason().isEmpty(), "%s: no run, and no reason for none", e);
    for (LogRecord earlier : landed.records.headMap(e.delivery()).values()) {
      Violation.unless(
          lossy || !root.equals(earlier.key()) || settled.contains(earlier.offset()),
          "%s was settled before delivery %d",
          e,
          earlier.offset());
    }
    chaos.tally.count(e.runs().isEmpty() ? "delivery settled without runs" : "delivery settled");
  }

  /** The deliveries that nobody has answered. */
  List<Long> unsettled() {
    return landed.records.keySet().stream()
        .filter(Objects::nonNull)
        .filter(offset -> !settled.contains(offset))
        .toList();
  }
}
