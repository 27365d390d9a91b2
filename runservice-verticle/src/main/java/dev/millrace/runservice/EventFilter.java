package dev.millrace.runservice;

import dev.millrace.events.LedgerRecord.Cause;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.run.RunEvent;
import dev.millrace.runservice.feed.RunFeed;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which decisions are wanted: of one run; or else of some root groups; or else, also the refusals,
 * all.
 */
record EventFilter(Set<RootGroup> roots, @Nullable RunId run) {

  boolean matches(Decided<RunEvent> decision) {
    if (run == null && roots.isEmpty()) {
      return !(decision.cause() instanceof Cause.Trying); // a note of the writer's to itself
    }
    return decision.events().stream().anyMatch(this::matches);
  }

  private boolean matches(RunEvent event) {
    return switch (event) {
      case RunEvent.OfRun of ->
          run == null ? roots.contains(of.run().root()) : of.run().equals(run);
      case RunEvent.OfEnded of ->
          run == null ? roots.contains(of.run().root()) : of.run().equals(run);
      case RunEvent.DeliverySettled settled -> run == null && roots.contains(settled.root());
    };
  }

  /** The partitions that hold what is wanted. */
  Set<Integer> partitions(RunFeed feed) {
    if (run != null) {
      return Set.of(feed.partition(run.root()));
    }
    return roots.isEmpty()
        ? IntStream.range(0, feed.partitions()).boxed().collect(Collectors.toSet())
        : roots.stream().map(feed::partition).collect(Collectors.toSet());
  }
}
