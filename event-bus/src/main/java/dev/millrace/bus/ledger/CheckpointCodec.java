package dev.millrace.bus.ledger;

import dev.millrace.bus.ledger.Fold.Tries;
import dev.millrace.events.CommandId;
import dev.millrace.events.Json;
import dev.millrace.events.Outcome;
import dev.millrace.events.UnreadableException;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePSet;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/** Writes checkpoints as parts of bytes: JSON of all but the state, then the state. */
public final class CheckpointCodec<S> {
  private static final int FORMAT = 1;

  private final StateCodec<S> states;

  public CheckpointCodec(LedgerKind<S, ?, ?> kind) {
    this.states = kind.stateCodec();
  }

  private record Stored(
      int format,
      long offset,
      int checksum,
      List<Long> gaps,
      long epoch,
      String term,
      long n,
      Instant at,
      int language,
      long command,
      int commandChecksum,
      List<Answered> answers,
      @Nullable Instant floor,
      long tried,
      List<String> triedBy,
      int barren) {}

  private record Answered(CommandId id, Instant made, Outcome outcome, long n) {}

  /** The parts, of which none is large. */
  public Stream<byte[]> write(Checkpoint<S> checkpoint) {
    Fold<S> fold = checkpoint.fold();
    Memory memory = fold.memory();
    var stored =
        new Stored(
            FORMAT,
            checkpoint.offset(),
            checkpoint.checksum(),
            checkpoint.gaps().ranges().entrySet().stream()
                .flatMap(range -> Stream.of(range.getKey(), range.getValue()))
                .toList(),
            fold.epoch(),
            fold.term(),
            fold.n(),
            fold.at(),
            fold.language(),
            fold.command(),
            fold.checksum(),
            memory.byMade().stream().map(made -> answered(memory, made)).toList(),
            memory.floor().equals(Instant.MIN) ? null : memory.floor(),
            fold.tries().offset(),
            fold.tries().instances().stream().sorted().toList(),
            fold.barren());
    return Stream.concat(Stream.of(Json.write(stored)), states.write(fold.state()));
  }

  private static Answered answered(Memory memory, Memory.Made made) {
    Memory.Remembered answer = Objects.requireNonNull(memory.answer(made.id()));
    return new Answered(made.id(), made.at(), answer.outcome(), answer.n());
  }

  /**
   * The checkpoint that was written.
   *
   * @throws UnreadableException if these are not all its parts, or of another format
   */
  public Checkpoint<S> read(Iterator<byte[]> parts) {
    if (!parts.hasNext()) {
      throw new UnreadableException("a checkpoint without any part", null);
    }
    Stored stored = Json.read(parts.next(), Stored.class);
    if (stored.format() != FORMAT || stored.gaps().size() % 2 != 0) {
      throw new UnreadableException(
          "this is no checkpoint, or one of format %d, not %d".formatted(stored.format(), FORMAT),
          null);
    }
    var fold =
        new Fold<>(
            states.read(parts),
            stored.epoch(),
            stored.term(),
            stored.n(),
            stored.at(),
            stored.language(),
            stored.command(),
            stored.commandChecksum(),
            memory(stored),
            new Tries(stored.tried(), HashTreePSet.from(stored.triedBy())),
            stored.barren());
    return new Checkpoint<>(fold, stored.offset(), stored.checksum(), gaps(stored.gaps()));
  }

  private static Memory memory(Stored stored) {
    Memory memory = Memory.EMPTY;
    for (Answered a : stored.answers()) {
      var answer = new Memory.Remembered(a.outcome(), a.n());
      memory = memory.with(a.id(), a.made(), answer, Integer.MAX_VALUE);
    }
    return stored.floor() == null
        ? memory
        : new Memory(memory.answers(), memory.byMade(), stored.floor());
  }

  private static Gaps gaps(List<Long> ends) {
    PSortedMap<Long, Long> ranges = TreePMap.empty();
    for (int i = 0; i < ends.size(); i += 2) {
      ranges = ranges.plus(ends.get(i), ends.get(i + 1));
    }
    return new Gaps(ranges);
  }
}
