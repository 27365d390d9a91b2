package dev.millrace.events;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What stands on a ledger: decisions, and who writes them. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = LedgerRecord.WriterChanged.class, name = "writer-changed"),
  @JsonSubTypes.Type(value = LedgerRecord.Decided.class, name = "decision")
})
public sealed interface LedgerRecord<E> {

  /**
   * From here on only decisions of this term count.
   *
   * @param epoch rises with every writer
   * @param term random: two writers that were given one epoch still differ
   * @param instance the process that writes
   * @param language the highest language that it will write
   * @param partitions the number of partitions that the writer believes in
   */
  record WriterChanged<E>(long epoch, String term, String instance, int language, int partitions)
      implements LedgerRecord<E> {}

  /**
   * One decision; its events land together or not at all.
   *
   * @param n counts the partition's decisions without gaps, over all terms
   * @param at the writer's clock, never before the {@code at} of the decision before
   */
  record Decided<E>(String term, long n, Cause cause, Instant at, Outcome outcome, List<E> events)
      implements LedgerRecord<E> {
    public Decided {
      events = List.copyOf(events);
    }
  }

  /** Why there is a decision. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "by")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Cause.OfCommand.class, name = "command"),
    @JsonSubTypes.Type(value = Cause.OfTick.class, name = "tick"),
    @JsonSubTypes.Type(value = Cause.Trying.class, name = "trying")
  })
  sealed interface Cause {
    /**
     * A record on the command topic.
     *
     * @param id the command's id; null if the record is unreadable
     * @param checksum CRC-32C of the record's value
     * @param made when the publisher made it; null if the record is unreadable
     * @param remembered the fold keeps the answer under the id
     */
    record OfCommand(
        long offset,
        @Nullable CommandId id,
        int checksum,
        @Nullable Instant made,
        boolean remembered)
        implements Cause {}

    /** A time that has come for a subject. */
    record OfTick(String subject, Instant due) implements Cause {}

    /**
     * Not a decision on the command at this offset but the note that the instance is about to try
     * it, written when terms have ended without progress.
     */
    record Trying(long offset, String instance) implements Cause {}
  }
}
