package dev.millrace.bus.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.bus.Appended;
import dev.millrace.bus.Appender;
import dev.millrace.bus.Bus;
import dev.millrace.bus.BusException;
import dev.millrace.bus.Forward;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Folding.Folded;
import dev.millrace.events.LedgerRecord;
import dev.millrace.events.LedgerRecord.Cause;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.LedgerRecord.WriterChanged;
import dev.millrace.events.Outcome;
import dev.millrace.events.Outcome.Code;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.pcollections.TreePMap;

/**
 * Lets partitions of a ledger go on where records were lost: in a short term of its own, whose
 * decisions say so. What is appended is what any writer might, so readers need not know of it. The
 * caller sees to it that nobody else writes. Blocks.
 */
public final class LedgerRestart<S, E> implements AutoCloseable {
  private final Bus bus;
  private final LedgerKind<S, ?, E> kind;
  private final String instance;
  private final Timing timing;
  private final Supplier<String> ids;
  private final Folding<S, E> folding;
  private final int partitions;
  private final Appender appender;

  /**
   * Appends nothing yet.
   *
   * @param instance shows as the writer
   * @param ids makes terms
   */
  public LedgerRestart(
      Bus bus, LedgerKind<S, ?, E> kind, String instance, Timing timing, Supplier<String> ids) {
    this.bus = bus;
    this.kind = kind;
    this.instance = instance;
    this.timing = timing;
    this.ids = ids;
    this.partitions = bus.partitions(kind.events().name());
    this.folding = new Folding<>(kind, partitions, LedgerSettings.DEFAULT.remembered());
    this.appender = bus.appender("restart-" + kind.events());
  }

  /**
   * What is to be said about a partition.
   *
   * @param epoch above all that were given for it
   * @param why one sentence
   * @param commandsLost whether the commands go on after a new one, as the last one that was
   *     decided is not there
   */
  public record Reason(long epoch, String why, boolean commandsLost) {}

  /**
   * Appends the term to the partition, and returns the whole of what it comes to: where the log in
   * front of it is lost, a checkpoint to begin with.
   *
   * @param from what it goes on with
   * @throws BusException if the broker does not take it; some of it may be there then, and all of
   *     it may be done again
   */
  public Checkpoint<S> restart(int partition, Fold<S> from, Reason reason) {
    Instant at = max(timing.now(), from.at());
    String term = ids.get();
    int language = Math.max(from.language(), kind.language());
    var writer = new WriterChanged<E>(reason.epoch(), term, instance, language, partitions);
    var told =
        new Decided<>(
            term,
            from.n() + 1,
            new Cause.OfTick(reason.why(), at),
            at,
            Outcome.accepted(),
            List.<E>of());
    long first = append(ledger(partition), kind.eventCodec().write(writer)).offset();
    Checkpoint<S> begun = new Checkpoint<>(from, first, 0, new Gaps(TreePMap.singleton(0L, first)));
    begun = folded(begun, first, writer);
    begun = appended(begun, partition, told);
    return reason.commandsLost()
        ? appended(begun, partition, commandsLost(partition, begun.fold(), reason.why()))
        : begun;
  }

  /** A decision on a new command, which says nothing: commands go on after it. */
  private Decided<E> commandsLost(int partition, Fold<S> fold, String why) {
    var commands = new TopicPartition(kind.commands().name(), partition);
    try (var forward = new Forward(bus)) {
      forward.to(commands, fold.command() + 1);
    }
    byte[] nothing = why.getBytes(UTF_8);
    long offset = append(commands, nothing).offset();
    return new Decided<>(
        fold.term(),
        fold.n() + 1,
        new Cause.OfCommand(offset, null, Checkpoint.checksumOf(nothing), null, false),
        fold.at(),
        new Outcome.Rejected(Code.UNREADABLE, why),
        List.of());
  }

  private Checkpoint<S> appended(Checkpoint<S> at, int partition, Decided<E> decided) {
    return folded(
        at, append(ledger(partition), kind.eventCodec().write(decided)).offset(), decided);
  }

  private Checkpoint<S> folded(Checkpoint<S> at, long offset, LedgerRecord<E> record) {
    if (!(folding.accept(at.fold(), record) instanceof Folded.Accepted<S, E> accepted)
        || accepted.frozen() != null) {
      throw new IllegalStateException("the ledger does not go on with " + record);
    }
    int checksum = Checkpoint.checksumOf(kind.eventCodec().write(record));
    return new Checkpoint<>(folding.kept(accepted), offset, checksum, at.gaps());
  }

  private TopicPartition ledger(int partition) {
    return new TopicPartition(kind.events().name(), partition);
  }

  private Appended append(TopicPartition to, byte[] value) {
    try {
      return appender.append(to, null, value).toCompletableFuture().join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof BusException cause ? cause : e;
    }
  }

  private static Instant max(Instant one, Instant other) {
    return one.isBefore(other) ? other : one;
  }

  @Override
  public void close() {
    appender.close();
  }
}
