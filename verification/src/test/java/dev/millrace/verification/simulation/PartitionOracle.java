package dev.millrace.verification.simulation;

import dev.millrace.bus.LogRecord;
import dev.millrace.bus.ledger.Checkpoint;
import dev.millrace.events.CommandId;
import dev.millrace.events.LedgerCodec;
import dev.millrace.events.LedgerRecord;
import dev.millrace.events.LedgerRecord.Cause;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.LedgerRecord.WriterChanged;
import dev.millrace.events.Outcome;
import dev.millrace.events.Outcome.Code;
import dev.millrace.events.Outcome.Rejected;
import dev.millrace.events.RunId;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.RunEvolve;
import dev.millrace.events.run.Runs;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What one partition of the ledger says, worked out apart from the deployed classes, record by
 * record as they land, from the log before it was trimmed; and the promises that can be seen from
 * it.
 */
final class PartitionOracle {
  private final LedgerCodec<RunEvent> codec;
  private final Decoded decoded;
  private final SimulatedLog commands;
  private final int capacity;
  private final Chaos chaos;
  private final VirtualTime time;
  private final Map<CommandId, Instant> known = new LinkedHashMap<>();
  private final Set<CommandId> effective = new HashSet<>();
  private final TreeMap<Long, Snapshot> snapshots = new TreeMap<>();
  final Map<CommandId, Outcome> first = new HashMap<>();
  final Map<CommandId, Set<Outcome>> all = new HashMap<>();
  final Map<Long, Long> decisions = new HashMap<>();

  /** The runs that have ended, in the order in which they did. */
  final List<Ended> ended = new ArrayList<>();

  final Lanes lanes = new Lanes();
  final Deliveries deliveries;

  /** The offset of the decision that has deleted a run that had ended, by run. */
  final Map<RunId, Long> deleted = new HashMap<>();

  /** A run as it was at its end, and the offset of the decision that has ended it. */
  record Ended(long offset, Run run) {}

  Runs state = Runs.EMPTY;
  long epoch;
  String term = "";
  int language;
  long n;
  Instant at = Instant.EPOCH;
  long command = -1;
  int checksum;
  private Instant floor = Instant.MIN;
  private int barren;
  private boolean decidedOnesLost;
  private boolean mustBeStopped;
  private Set<RunId> touched = Set.of();

  PartitionOracle(
      LedgerCodec<RunEvent> codec,
      Decoded decoded,
      SimulatedLog commands,
      SimulatedLog deliveries,
      int capacity,
      Chaos chaos,
      VirtualTime time) {
    this.codec = codec;
    this.decoded = decoded;
    this.commands = commands;
    this.deliveries = new Deliveries(deliveries, chaos);
    this.capacity = capacity;
    this.chaos = chaos;
    this.time = time;
  }

  /** The tail of the commands is lost. */
  void commandsCut(long to) {
    decidedOnesLost |= command >= to;
  }

  /** A record of the ledger landed. */
  void landed(LogRecord record) {
    touched = new HashSet<>();
    long before = n;
    Runs then = state;
    LedgerRecord<RunEvent> read = decoded.read(codec, record.value());
    switch (read) {
      case null -> throw new Violation("%s cannot be read".formatted(record));
      case WriterChanged<RunEvent> w when w.epoch() > epoch -> {
        epoch = w.epoch();
        term = w.term();
        language = Math.max(language, w.language());
        barren++;
        mustBeStopped |= decidedOnesLost;
      }
      case WriterChanged<RunEvent> _ -> chaos.tally.count(Fault.WRITER_CHANGED_BEHIND_A_HIGHER_ONE);
      case Decided<RunEvent> d when epoch > 0 && d.term().equals(term) && d.n() == n + 1 ->
          decided(d);
      case Decided<RunEvent> _ -> chaos.tally.count("record skipped");
    }
    for (RunId id : touched) {
      Run run = state.run(id);
      if (run != null && run.phase().ended() && !hasEnded(then.run(id))) {
        ended.add(new Ended(record.offset(), run));
      }
    }
    if (n > before && read instanceof Decided<RunEvent> accepted) {
      for (RunEvent event : accepted.events()) {
        if (event instanceof RunEvent.RunDeleted(RunId run)) {
          deleted.putIfAbsent(run, record.offset());
          chaos.tally.count("run deleted");
        }
      }
    }
    snapshots.put(
        record.offset(),
        new Snapshot(
            state,
            epoch,
            term,
            language,
            n,
            at,
            command,
            checksum,
            Set.copyOf(known.keySet()),
            floor,
            barren,
            touched,
            n > before));
  }

  private static boolean hasEnded(@Nullable Run run) {
    return run != null && run.phase().ended();
  }

  /** Whether the run was deleted before the offset. */
  boolean isDeletedBefore(RunId run, long offset) {
    return deleted.getOrDefault(run, Long.MAX_VALUE) < offset;
  }

  /** Those that were ended before the offset, and not deleted. */
  Map<RunId, Run> endedBefore(long offset) {
    Map<RunId, Run> all = new HashMap<>();
    for (Ended each : ended) {
      if (each.offset() < offset && !isDeletedBefore(each.run().id(), offset)) {
        all.put(each.run().id(), each.run());
      }
    }
    return all;
  }

  private void decided(Decided<RunEvent> d) {
    Violation.unless(!d.at().isBefore(at), "time goes back from %s in %s", at, d);
    n = d.n();
    at = d.at();
    for (RunEvent event : d.events()) {
      Violation.unless(codec.since(event) <= language, "%s is not of language %d", event, language);
      lanes.take(event, time.nanos());
      if (event instanceof RunEvent.OfRun ofRun) {
        touched.add(ofRun.run());
      }
      state = RunEvolve.evolve(state, at, event);
    }
    deliveries.take(d.events());
    switch (d.cause()) {
      case Cause.OfCommand cause -> command(d, cause);
      case Cause.OfTick _ -> chaos.tally.count("due time decided");
      case Cause.Trying _ -> chaos.tally.count("trying");
    }
  }

  private void command(Decided<RunEvent> d, Cause.OfCommand cause) {
    Violation.unless(
        !mustBeStopped || isLastThereAgain(),
        "%s was decided though commands before it are lost",
        cause);
    // Of commands that are lost there may still be decisions under way.
    boolean cut = !commands.cuts.isEmpty();
    Long next = commands.records.higherKey(command);
    Violation.unless(
        cut || (next != null && next == cause.offset()),
        "the command after %d is %s, but %d was decided",
        command,
        next,
        cause.offset());
    command = cause.offset();
    checksum = cause.checksum();
    barren = 0;
    decisions.put(d.n(), command);
    LogRecord record = commands.records.get(command);
    Violation.unless(
        cut || (record != null && checksum(record.value()) == checksum), "checksum of %d", command);
    count(d, record);
    CommandId id = cause.id();
    if (id == null) {
      return;
    }
    if (cause.remembered() && !d.events().isEmpty()) {
      Violation.unless(effective.add(id), "command %s took effect twice", id);
    }
    all.computeIfAbsent(id, _ -> new HashSet<>()).add(d.outcome());
    if (!(d.outcome() instanceof Rejected r && r.code() == Code.FROM_THE_FUTURE)) {
      first.putIfAbsent(id, d.outcome());
    }
    if (cause.remembered() && cause.made() != null) {
      remember(id, cause.made());
    }
  }

  // Who asks once more may send the very record that was lost: then nobody can tell, nor needs to.
  private boolean isLastThereAgain() {
    LogRecord last = commands.records.get(command);
    return last != null && checksum(last.value()) == checksum;
  }

  private void count(Decided<RunEvent> d, @Nullable LogRecord record) {
    if (!(d.outcome() instanceof Rejected rejected)) {
      chaos.tally.count("accepted");
      return;
    }
    if (rejected.code() == Code.UNDECIDABLE
        && record != null
        && !Fatal.isFatal(new String(record.value(), StandardCharsets.UTF_8))) {
      chaos.tally.count("healthy command undecidable");
    }
    chaos.tally.count("rejected " + rejected.code().wire());
  }

  private void remember(CommandId id, Instant made) {
    known.put(id, made);
    if (known.size() > capacity) {
      var earliest =
          known.entrySet().stream()
              .min(
                  Comparator.comparing((Map.Entry<CommandId, Instant> e) -> e.getValue())
                      .thenComparing(e -> e.getKey().value()))
              .orElseThrow();
      known.remove(earliest.getKey());
      floor = earliest.getValue().isAfter(floor) ? earliest.getValue() : floor;
    }
  }

  /**
   * Every fold is what the ledger says at its offset.
   *
   * @param forgets whether it is of a follower, which forgets answers
   * @param since where the same fold was when it was checked before; -1 to compare all of it
   */
  void check(String who, Checkpoint<Runs> at, boolean forgets, long since) {
    if (at.offset() < 0) {
      return;
    }
    Snapshot then = snapshots.get(at.offset());
    if (then == null) {
      throw new Violation("%s has read %d, which is not there".formatted(who, at.offset()));
    }
    String where = "%s at %d".formatted(who, at.offset());
    then.check(where, at.fold(), forgets);
    snapshots
        .subMap(since, false, at.offset(), true)
        .forEach(
            (offset, each) ->
                Violation.unless(
                    at.isAccepted(offset) == each.decision(),
                    "%s: whether %d is a decision",
                    where,
                    offset));
    if (since < 0 || chaos.chance(0.01)) {
      then.checkState(where, at.fold().state());
      return;
    }
    for (Snapshot each : snapshots.subMap(since, false, at.offset(), true).values()) {
      for (RunId id : each.touched()) {
        then.checkRun(where, at.fold().state(), id);
      }
    }
  }

  boolean isAllDecided() {
    return commands.records.higherKey(command) == null;
  }

  static int checksum(byte[] value) {
    var crc = new CRC32C();
    crc.update(value, 0, value.length);
    return (int) crc.getValue();
  }
}
