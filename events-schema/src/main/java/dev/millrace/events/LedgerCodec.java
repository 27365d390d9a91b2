package dev.millrace.events;

import dev.millrace.events.LedgerRecord.Cause;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.LedgerRecord.WriterChanged;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Records of one ledger to and from bytes. */
public final class LedgerCodec<E> {
  private final Catalog<E> events;

  public LedgerCodec(Catalog<E> events) {
    this.events = events;
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
    try {
      JsonNode node = Json.mapper().readTree(json);
      JsonNode kind = node == null ? null : node.get("kind");
      if (node == null || kind == null) {
        throw new UnreadableException("a ledger record has a kind", null);
      }
      return switch (kind.asString()) {
        case "writer-changed" -> {
          var read = Json.mapper().treeToValue(node, WriterChanged.class);
          yield Complete.check(
              new WriterChanged<>(
                  read.epoch(), read.term(), read.instance(), read.language(), read.partitions()));
        }
        case "decision" -> decision(node);
        default -> throw new UnreadableException("unknown kind " + kind.asString(), null);
      };
    } catch (JacksonException e) {
      throw new UnreadableException(Json.why(e), e);
    }
  }

  private Decided<E> decision(JsonNode node) {
    var head = Complete.check(Json.mapper().treeToValue(node, Head.class));
    List<E> read = new ArrayList<>();
    for (JsonNode event : node.path("events")) {
      read.add(events.read(event));
    }
    return new Decided<>(head.term(), head.n(), head.cause(), head.at(), head.outcome(), read);
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
