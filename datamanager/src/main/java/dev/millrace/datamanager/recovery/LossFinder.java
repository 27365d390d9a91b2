package dev.millrace.datamanager.recovery;

import dev.millrace.bus.Awaited;
import dev.millrace.bus.Bus;
import dev.millrace.bus.Extent;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.LedgerInspection;
import dev.millrace.bus.ledger.LedgerKind;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.Standing;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.datamanager.checkpoints.LedgerCheckpoints;
import dev.millrace.datamanager.recovery.Losses.Loss;
import dev.millrace.events.Partitions;
import dev.millrace.events.Topics;
import dev.millrace.events.config.Configuration;
import dev.millrace.events.run.Runs;
import dev.millrace.storage.checkpoints.Kept;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/** Finds out what is lost of all topics, by what is kept of them. It changes nothing. */
final class LossFinder {
  private final Bus bus;
  private final LedgerCheckpoints checkpoints;
  private final Map<TopicPartition, Long> known;
  private final Timing timing;
  private final Optional<Instant> made;
  private final List<Loss> found = new ArrayList<>();
  private final Map<TopicPartition, Long> forward = new HashMap<>();

  /**
   * Has found nothing yet.
   *
   * @param known up to where partitions are known to have been
   */
  LossFinder(
      Bus bus, LedgerCheckpoints checkpoints, Map<TopicPartition, Long> known, Timing timing) {
    this.bus = bus;
    this.checkpoints = checkpoints;
    this.known = known;
    this.timing = timing;
    this.made = checkpoints.store().kept().stream().findFirst().map(Kept::at);
  }

  Losses find() {
    List<Standing<Configuration>> config = standings(Ledgers.CONFIG);
    List<Standing<Runs>> runs = standings(Ledgers.RUNS);
    note(Ledgers.CONFIG, config, _ -> 0);
    note(Ledgers.RUNS, runs, state -> state.active().size());
    noteDeliveries(runs);
    noteOthers();
    found.sort(
        Comparator.comparing((Loss loss) -> loss.partition().topic())
            .thenComparing(loss -> loss.partition().partition()));
    return new Losses(made, found, config, runs, forward);
  }

  private <S> List<Standing<S>> standings(LedgerKind<S, ?, ?> kind) {
    requirePartitions(kind);
    List<Standing<S>> all = new ArrayList<>();
    int p = 0;
    for (Standing<S> each : LedgerInspection.of(bus, kind, timing, checkpoints.newest(kind))) {
      all.add(each.ledgerLost() == null ? againstArchives(kind, p, each) : each);
      p++;
    }
    return all;
  }

  /** Keys would be in other partitions. */
  private void requirePartitions(LedgerKind<?, ?, ?> kind) {
    int there = bus.partitions(kind.events().name());
    long before =
        known.keySet().stream().filter(p -> p.topic().equals(kind.events().name())).count();
    if (before > 0 && before != there) {
      throw new RecoveryException(
          "%s has %d partitions, and had %d: it cannot be gone on with"
              .formatted(kind.events(), there, before),
          null);
    }
  }

  private <S> Standing<S> againstArchives(LedgerKind<S, ?, ?> kind, int p, Standing<S> standing) {
    var partition = new TopicPartition(kind.events().name(), p);
    long end = standing.at().offset() + 1;
    long archived = known.getOrDefault(partition, 0L);
    return end >= archived
        ? standing
        : new Standing<>(
            standing.at(),
            "what it decided is archived up to record %d, and it ends with record %d now"
                .formatted(archived - 1, end - 1),
            standing.commandsLost());
  }

  private <S> void note(
      LedgerKind<S, ?, ?> kind, List<Standing<S>> standings, ToIntFunction<S> active) {
    for (int p = 0; p < standings.size(); p++) {
      Standing<S> standing = standings.get(p);
      long at = standing.at().offset();
      if (standing.ledgerLost() != null) {
        var partition = new TopicPartition(kind.events().name(), p);
        int running = active.applyAsInt(standing.at().fold().state());
        note(
            partition,
            standing.ledgerLost(),
            "goes on from what had been decided up to record %d (%s)%s: what was decided later is lost"
                .formatted(
                    at,
                    made.map(time -> "in the checkpoint of " + time).orElse("no checkpoint"),
                    running == 0 ? "" : ", when %d runs had not ended".formatted(running)),
            Math.max(at + 1, known.getOrDefault(partition, 0L)));
      }
      if (standing.commandsLost() != null) {
        note(
            new TopicPartition(kind.commands().name(), p),
            standing.commandsLost(),
            "commands that were not decided are lost",
            standing.at().fold().command() + 1);
      }
    }
  }

  private void noteDeliveries(List<Standing<Runs>> runs) {
    String topic = Topics.INCOMING_DELIVERIES.name();
    int partitions = bus.partitions(topic);
    Map<TopicPartition, Long> settled = new HashMap<>(known);
    settled.keySet().removeIf(partition -> !partition.topic().equals(topic));
    for (Standing<Runs> standing : runs) {
      standing
          .at()
          .fold()
          .state()
          .roots()
          .forEach(
              (root, its) ->
                  settled.merge(
                      new TopicPartition(topic, Partitions.of(root.toString(), partitions)),
                      its.lastDelivery() + 1,
                      Math::max));
    }
    settled.forEach(
        (partition, next) ->
            noteShorter(
                partition,
                next,
                "pushes that had not come to runs are found by comparing branches and tags"));
  }

  private void noteOthers() {
    known.forEach(
        (partition, next) -> {
          if (isOther(partition.topic())) {
            noteShorter(partition, next, "what was not archived of it is lost");
          }
        });
  }

  private static boolean isOther(String topic) {
    return Stream.of(Topics.RUN_EVENTS, Topics.CONFIG_EVENTS, Topics.INCOMING_DELIVERIES)
        .noneMatch(one -> one.name().equals(topic));
  }

  private void noteShorter(TopicPartition partition, long next, String consequence) {
    Extent there = Awaited.of(bus.extent(partition));
    if (there.end() < next) {
      note(
          partition,
          there.start() == there.end()
              ? "it had records up to %d, and is empty now".formatted(next - 1)
              : "it had records up to %d, and ends with record %d now"
                  .formatted(next - 1, there.end() - 1),
          consequence,
          next);
    }
  }

  private void note(TopicPartition partition, String why, String consequence, long next) {
    if (forward.merge(partition, next, Math::max) == next) {
      found.removeIf(loss -> loss.partition().equals(partition));
      found.add(new Loss(partition, why, consequence));
    }
  }
}
