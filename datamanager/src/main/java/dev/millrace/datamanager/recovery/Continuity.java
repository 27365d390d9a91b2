package dev.millrace.datamanager.recovery;

import dev.millrace.bus.Awaited;
import dev.millrace.bus.Bus;
import dev.millrace.bus.Extent;
import dev.millrace.bus.TopicPartition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Looks whether all topics reach as far as they were known to. */
public final class Continuity {
  private Continuity() {}

  /**
   * Returns if they do.
   *
   * @throws RecoveryException if one has lost records that are kept elsewhere: what would be
   *     written to it now would be taken for what is kept
   */
  public static void require(Bus bus, List<NamedManifest> manifests) {
    Map<TopicPartition, Long> known = NamedManifest.positions(manifests);
    Map<TopicPartition, CompletionStage<Extent>> extents = new HashMap<>();
    known.keySet().forEach(partition -> extents.put(partition, bus.extent(partition)));
    extents.forEach(
        (partition, asked) -> {
          long end = Awaited.of(asked).end();
          long next = known.getOrDefault(partition, 0L);
          if (end < next) {
            throw new RecoveryException(
                "%s was read up to record %d before, and ends with record %d now: records are lost"
                        .formatted(partition, next - 1, end - 1)
                    + " (millrace recover tells what can be gone on with)",
                null);
          }
        });
  }
}
