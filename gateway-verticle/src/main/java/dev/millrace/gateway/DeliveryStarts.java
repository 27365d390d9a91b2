package dev.millrace.gateway;

import dev.millrace.events.RootGroup;
import java.util.Map;

/** Where reading the deliveries of a partition begins. */
@FunctionalInterface
public interface DeliveryStarts {
  /** With the first of them. */
  DeliveryStarts FIRST = _ -> new Start(0, Map.of());

  /**
   * A place to begin at. Every delivery before it has been decided by what is on the ledger of
   * runs.
   *
   * @param refs what those before it have made of the refs of each project; refs that were deleted
   *     are absent
   */
  record Start(long offset, Map<RootGroup, Map<String, String>> refs) {}

  /** That of the partition now. Blocks; throws if it cannot be told now, and is asked again. */
  Start of(int partition);
}
