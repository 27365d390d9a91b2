package dev.millrace.events;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;

/** What a decision came to, as it is written on the ledger and given as the answer. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "status")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Outcome.Accepted.class, name = "accepted"),
  @JsonSubTypes.Type(value = Outcome.Rejected.class, name = "rejected")
})
public sealed interface Outcome {
  /**
   * The wish is granted; the events say what changed.
   *
   * @param subject what was created or changed, for the one who waits: an id in its wire form, or
   *     several joined by commas; empty if there is nothing to name
   */
  record Accepted(String subject) implements Outcome {}

  /**
   * The wish is refused; nothing changed.
   *
   * @param code stable, for programs
   * @param message one sentence, for people
   */
  record Rejected(Code code, String message) implements Outcome {}

  /** Why a command is refused. On the wire as {@link #wire()}; lines are only ever added. */
  enum Code {
    /** The command is not well-formed or breaks a limit. HTTP 400. */
    INVALID("invalid"),
    /** The actor may not do this. HTTP 403. */
    FORBIDDEN("forbidden"),
    /** What it is about does not exist. HTTP 404. */
    NOT_FOUND("not-found"),
    /** What it is about is not in a state that allows it. HTTP 409. */
    WRONG_STATE("wrong-state"),
    /** Something of that name exists. HTTP 409. */
    ALREADY_EXISTS("already-exists"),
    /** Another revision than the expected one. HTTP 409. */
    CONFLICT("conflict"),
    /** From an attempt, an incarnation or an assignment that is over. HTTP 409. */
    STALE("stale"),
    /** Made so long ago that nobody can tell whether it was decided already. HTTP 409. */
    EXPIRED("expired"),
    /** Made too far in the future of the writer's clock. HTTP 400. */
    FROM_THE_FUTURE("from-the-future"),
    /** The record cannot be read as a command. HTTP 400. */
    UNREADABLE("unreadable"),
    /** The record is in another partition than its root group's. HTTP 400. */
    WRONG_PARTITION("wrong-partition"),
    /** The decision would be larger than a record may be. HTTP 413. */
    TOO_LARGE("too-large"),
    /** Deciding it ended the process of three instances. HTTP 500. */
    UNDECIDABLE("undecidable"),
    /** A bound is reached; try again later. HTTP 503. */
    TRY_LATER("try-later"),
    /** An administrator lets nothing new in. HTTP 503. */
    MAINTENANCE("maintenance"),
    /** Too little is free on the disk to take anything new. HTTP 503. */
    NO_SPACE("no-space");

    private final String wire;

    Code(String wire) {
      this.wire = wire;
    }

    @JsonValue
    public String wire() {
      return wire;
    }
  }

  /** Nothing to name. */
  static Outcome accepted() {
    return new Accepted("");
  }
}
