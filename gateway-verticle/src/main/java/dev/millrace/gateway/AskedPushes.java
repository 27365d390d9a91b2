package dev.millrace.gateway;

import dev.millrace.events.Delivery;
import dev.millrace.events.RootGroup;
import dev.millrace.events.run.RunEvent.DeliverySettled;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The deliveries whose runs were asked for and are not known yet, for {@link Causes}. Only some of
 * them if there are very many: the others have no such span. One thread.
 */
final class AskedPushes {
  private static final int MOST = 10_000;

  private final Causes causes;
  private final Map<Key, Asked> asked =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Asked> eldest) {
          return size() > MOST;
        }
      };

  private record Key(RootGroup root, long delivery) {}

  private record Asked(Delivery delivery, Instant at) {}

  AskedPushes(Causes causes) {
    this.causes = causes;
  }

  /** The runs of a delivery are asked for, for the first time or again. */
  void asked(RootGroup root, long offset, Delivery delivery, Instant at) {
    if (causes.traces().on()) {
      asked.putIfAbsent(new Key(root, offset), new Asked(delivery, at));
    }
  }

  /** A delivery is answered. */
  void settled(DeliverySettled settled) {
    Asked was = asked.remove(new Key(settled.root(), settled.delivery()));
    if (was != null) {
      causes.pushed(was.delivery(), was.at(), settled.runs());
    }
  }
}
