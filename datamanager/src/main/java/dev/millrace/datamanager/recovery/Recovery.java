package dev.millrace.datamanager.recovery;

import dev.millrace.bus.Bus;
import dev.millrace.bus.Forward;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Checkpoint;
import dev.millrace.bus.ledger.Coordination;
import dev.millrace.bus.ledger.LedgerKind;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.Standing;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.datamanager.checkpoints.DeliveryCheckpoints;
import dev.millrace.datamanager.checkpoints.LedgerCheckpoints;
import dev.millrace.datamanager.runs.RunArchive;
import dev.millrace.events.Topics;
import dev.millrace.events.config.Configuration;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.Runs;
import dev.millrace.storage.StorageException;
import dev.millrace.storage.archive.ArchiveWriter;
import dev.millrace.storage.coordination.CoordinationStore;
import dev.millrace.storage.entries.CorruptFileException;
import dev.millrace.storage.entries.Entry;
import dev.millrace.storage.entries.EntryWriter;
import dev.millrace.storage.objects.ObjectStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Goes on from the newest checkpoint where topics lost records. Offsets that were ever known of a
 * partition are not given again: its log is brought forward to behind them, so that whatever names
 * positions stays true, and begins with a term that says what was lost. The new checkpoint, which
 * is the only one then, is written last: until then all of it may be done again.
 *
 * <p>Nobody else may write meanwhile. On one thread; blocks.
 */
public final class Recovery {
  /** How many numbers of runs are left out by default where runs may be lost. */
  public static final long SKIPPED = 1_000;

  private final Ports ports;
  private final RunArchive archive;
  private final LedgerCheckpoints checkpoints;

  /**
   * What it works with; it closes none of it.
   *
   * @param coordination gives epochs
   * @param instance shows as the writer of the term
   * @param ids makes short random ids
   * @param scratch a folder of its own for files on their way to the store
   */
  public record Ports(
      Bus bus,
      ObjectStore objects,
      CoordinationStore store,
      Coordination coordination,
      String instance,
      Timing timing,
      Supplier<String> ids,
      Path scratch) {}

  /**
   * Reads what is kept.
   *
   * @throws StorageException if that cannot be read
   */
  public Recovery(Ports ports) {
    this.ports = ports;
    this.archive = RunArchive.open(ports.objects(), ports.store(), ports.ids());
    this.checkpoints = LedgerCheckpoints.open(ports.objects(), ports.store(), ports.ids());
  }

  /**
   * Finds out what is lost. It changes nothing.
   *
   * @throws RecoveryException if the topics are not those of this installation
   */
  public Losses examine() {
    var manifests = NamedManifest.all(ports.objects(), ports.store(), ports.ids());
    return new LossFinder(
            ports.bus(), checkpoints, NamedManifest.positions(manifests), ports.timing())
        .find();
  }

  /**
   * Goes on without what is lost. If this throws, it may be done again, after another look.
   *
   * @param losses as just found
   * @param why one sentence that is kept for good
   * @param skipped how many numbers of runs of each owner are left out where they may have been
   *     given without a trace
   */
  public void goOn(Losses losses, String why, long skipped) {
    Map<TopicPartition, Long> ends = forward(losses);
    List<Runs> runs = repaired(losses, skipped);
    Map<Integer, Checkpoint<Configuration>> config;
    Map<Integer, Checkpoint<Runs>> begun;
    try (var terms = new RestartTerms(ports, why)) {
      config = terms.config(losses.config());
      begun = terms.runs(losses.runs(), runs);
    }
    moveArchive(begun);
    begin(config, begun, ends, why);
  }

  private Map<TopicPartition, Long> forward(Losses losses) {
    Map<TopicPartition, Long> ends = new HashMap<>();
    try (var forward = new Forward(ports.bus())) {
      losses.forward().forEach((partition, to) -> ends.put(partition, forward.to(partition, to)));
    }
    return ends;
  }

  /** Where commands are left they are decided again, and tell all of it themselves. */
  private List<Runs> repaired(Losses losses, long skipped) {
    List<Standing<Runs>> standings = losses.runs();
    boolean[] lost = new boolean[standings.size()];
    boolean any = false;
    for (int p = 0; p < lost.length; p++) {
      Standing<Runs> standing = standings.get(p);
      boolean commandsLost = standing.commandsLost() != null || standing.at().fold().command() < 0;
      lost[p] = standing.ledgerLost() != null && commandsLost;
      any |= lost[p];
    }
    var repair =
        new RunsRepair(
            standings.stream().map(standing -> standing.at().fold().state()).toList(),
            lost,
            losses.config().stream().map(standing -> standing.at().fold().state()).toList());
    if (any) {
      repair.end(archived());
      repair.skip(skipped);
    }
    return IntStream.range(0, lost.length).mapToObj(repair::state).toList();
  }

  private Stream<Run> archived() {
    return archive
        .all(
            why -> {
              // What is missing is lost anyway; what is damaged may be mended.
              if (why instanceof CorruptFileException) {
                throw why;
              }
            })
        .runs();
  }

  /** What had ended is archived, up to where the new logs begin. */
  private void moveArchive(Map<Integer, Checkpoint<Runs>> begun) {
    var writer =
        new ArchiveWriter(
            archive.archive(),
            ports.objects(),
            files(RunArchive.FOLDER),
            EntryWriter.DEFAULT_SIZE,
            ports.timing().nanos());
    archive.refresh();
    SortedMap<String, Long> from = archive.positions();
    SortedMap<String, Long> upTo = new TreeMap<>();
    begun.forEach((p, at) -> upTo.put(RunArchive.positionName(p), at.offset() + 1));
    require(writer.add(List.of(), from, upTo));
  }

  private void begin(
      Map<Integer, Checkpoint<Configuration>> config,
      Map<Integer, Checkpoint<Runs>> runs,
      Map<TopicPartition, Long> ends,
      String why) {
    SortedMap<String, Long> positions = new TreeMap<>();
    Stream<Entry> entries =
        Stream.of(
                entries(Ledgers.CONFIG, config, positions),
                entries(Ledgers.RUNS, runs, positions),
                deliveries(ends, positions))
            .flatMap(each -> each);
    require(
        checkpoints
            .store()
            .begin(
                ports.timing().wall().instant(),
                positions,
                entries.iterator(),
                files(LedgerCheckpoints.FOLDER),
                why)
            .isPresent());
  }

  /** Partitions of which nothing is lost keep the checkpoint that they have. */
  private <S> Stream<Entry> entries(
      LedgerKind<S, ?, ?> kind,
      Map<Integer, Checkpoint<S>> begun,
      SortedMap<String, Long> positions) {
    Stream<Entry> all = Stream.of();
    for (int p = 0; p < ports.bus().partitions(kind.events().name()); p++) {
      Checkpoint<S> at = begun.get(p);
      Checkpoint<S> kept = at == null ? checkpoints.newest(kind, p, Long.MAX_VALUE) : at;
      positions.put(LedgerCheckpoints.name(kind, p), kept.offset() + 1);
      all = Stream.concat(all, LedgerCheckpoints.entries(kind, p, kept));
    }
    return all;
  }

  /** What is known of refs is kept: those that have changed since then are found by comparison. */
  private Stream<Entry> deliveries(
      Map<TopicPartition, Long> ends, SortedMap<String, Long> positions) {
    String topic = Topics.INCOMING_DELIVERIES.name();
    List<Entry> entries = new ArrayList<>();
    for (int p = 0; p < ports.bus().partitions(topic); p++) {
      DeliveryCheckpoints.Start kept = checkpoints.deliveries().newest(p);
      long end = ends.getOrDefault(new TopicPartition(topic, p), kept.offset());
      positions.put(DeliveryCheckpoints.name(p), end);
      entries.addAll(DeliveryCheckpoints.entries(p, kept.refs()));
    }
    return entries.stream();
  }

  private EntryWriter files(String folder) {
    return new EntryWriter(
        ports.objects(),
        ports.scratch(),
        () -> folder + ports.ids().get(),
        EntryWriter.DEFAULT_SIZE);
  }

  private static void require(boolean done) {
    if (!done) {
      throw new RecoveryException("somebody else writes to the same object storage", null);
    }
  }
}
