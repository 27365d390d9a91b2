package dev.millrace.events.run;

import dev.millrace.events.Json;
import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.UnreadableException;
import dev.millrace.events.run.Runs.OfRoot;
import dev.millrace.events.run.Runs.Unclaimed;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePSet;

/**
 * The runs of a partition that have not ended as parts of bytes: what is known beside them, then
 * each run. Equal runs are equal bytes.
 */
public final class RunsSnapshot {
  private static final int FORMAT = 1;

  private RunsSnapshot() {}

  private record Stored(
      int format, long created, int runs, List<Root> roots, List<Unclaimed> unclaimed) {}

  private record Root(RootGroup root, long lastNumber, long lastDelivery) {}

  /** The parts. Of runs that have ended nothing is kept but their numbers. */
  public static Stream<byte[]> write(Runs runs) {
    List<Root> roots =
        runs.roots().entrySet().stream()
            .map(e -> new Root(e.getKey(), e.getValue().lastNumber(), e.getValue().lastDelivery()))
            .sorted(Comparator.comparing(root -> root.root().toString()))
            .toList();
    var stored =
        new Stored(
            FORMAT, runs.created(), runs.active().size(), roots, List.copyOf(runs.unclaimed()));
    return Stream.concat(
        Stream.of(Json.write(stored)),
        runs.active().values().stream().map(id -> RunSnapshot.write(active(runs, id))));
  }

  private static Run active(Runs runs, RunId id) {
    @Nullable Run run = runs.run(id);
    if (run == null) {
      throw new IllegalStateException("run " + id + " is active and is not there");
    }
    return run;
  }

  /**
   * The runs that were written.
   *
   * @throws UnreadableException if these are not all parts, or of another format
   */
  public static Runs read(Iterator<byte[]> parts) {
    Stored stored = Json.read(next(parts), Stored.class);
    if (stored.format() != FORMAT) {
      throw new UnreadableException(
          "the runs are in format %d, not %d".formatted(stored.format(), FORMAT), null);
    }
    Runs runs = Runs.EMPTY;
    for (int i = 0; i < stored.runs(); i++) {
      runs = runs.add(RunSnapshot.read(next(parts)));
    }
    var roots = runs.roots();
    for (Root root : stored.roots()) {
      var its = runs.root(root.root()).runs();
      roots = roots.plus(root.root(), new OfRoot(root.lastNumber(), root.lastDelivery(), its));
    }
    return new Runs(
        roots, stored.created(), runs.active(), runs.lanes(), TreePSet.from(stored.unclaimed()));
  }

  private static byte[] next(Iterator<byte[]> parts) {
    if (!parts.hasNext()) {
      throw new UnreadableException("a part of the runs is missing", null);
    }
    return parts.next();
  }
}
