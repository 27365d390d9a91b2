package dev.millrace.events;

import java.util.List;

/**
 * What the rules make of a command or of a due time, before it is written: an outcome and the
 * events. Rejections have no events.
 */
public record Decision<E>(Outcome outcome, List<E> events) {
  public Decision {
    events = List.copyOf(events);
    if (outcome instanceof Outcome.Rejected && !events.isEmpty()) {
      throw new IllegalArgumentException("a rejection changes nothing");
    }
  }

  public static <E> Decision<E> accept(List<E> events) {
    return new Decision<>(Outcome.accepted(), events);
  }

  /** Accepts, naming what was created or changed. */
  public static <E> Decision<E> accept(String subject, List<E> events) {
    return new Decision<>(new Outcome.Accepted(subject), events);
  }

  public static <E> Decision<E> reject(Outcome.Code code, String message) {
    return new Decision<>(new Outcome.Rejected(code, message), List.of());
  }
}
