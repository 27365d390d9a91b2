package dev.millrace.events;

import dev.millrace.events.LedgerRecord.Cause;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.LedgerRecord.WriterChanged;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectReader;

/** Records of one ledger to and from bytes. */
public final class LedgerCodec<E> {
  private static final String LACKING = "a ledger record has a kind";

  private final Catalog<E> events;
  private final ObjectReader reader;
  private final Recent<LedgerRecord<E>> recent = new Recent<>();

  public LedgerCodec(Catalog<E> events) {
    this.events = events;
    this.reader = Message.reader(events, Read.class);
  }

  public byte[] write(LedgerRecord<E> record) {
    return switch (record) {
      case WriterChanged<E> changed -> Json.write(changed);
      case Decided<E> d ->
          Json.write(
              new Wire(
                  "decision",
                  d.term(),
                  d.n(),
                  d.cause(),
                  d.at(),
                  d.outcome(),
                  d.events().stream().map(events::wire).toList()));
    };
  }

  /** The first language that has the event's type and version. */
  public int since(E event) {
    return events.entry(event).since();
  }

  /**
   * Reads a record.
   *
   * @throws UnreadableException if the bytes are not a record of this ledger
   */
  public LedgerRecord<E> read(byte[] json) {
    return recent.get(json, this::parsed);
  }

  private LedgerRecord<E> parsed(byte[] json) {
    Read read = Message.read(reader, Read.class, json, LACKING);
    return switch (read.kind()) {
      case "writer-changed" -> Complete.check(read.writerChanged());
      case "decision" -> decision(read);
      case null -> throw new UnreadableException(LACKING, null);
      default -> throw new UnreadableException("unknown kind " + read.kind(), null);
    };
  }

  private Decided<E> decision(Read read) {
    Head head = Complete.check(read.head());
    var list = read.events().stream().map(events::body).toList();
    return new Decided<>(head.term(), head.n(), head.cause(), head.at(), head.outcome(), list);
  }

  /** All that a record of either kind has; what is missing is found by its kind. */
  @SuppressWarnings("NullAway") // what is missing is found by Complete
  private record Read(
      @Nullable String kind,
      @Nullable String term,
      long n,
      @Nullable Cause cause,
      @Nullable Instant at,
      @Nullable Outcome outcome,
      List<Message> events,
      long epoch,
      @Nullable String instance,
      int language,
      int partitions) {
    Head head() {
      return new Head(term, n, cause, at, outcome);
    }

    <E> WriterChanged<E> writerChanged() {
      return new WriterChanged<>(epoch, term, instance, language, partitions);
    }
  }

  private record Head(String term, long n, Cause cause, Instant at, Outcome outcome) {}

  private record Wire(
      String kind,
      String term,
      long n,
      Cause cause,
      Instant at,
      Outcome outcome,
      List<Object> events) {}
}
