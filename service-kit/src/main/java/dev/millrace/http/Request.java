package dev.millrace.http;

import java.io.InputStream;
import java.util.Optional;

/** A request as a handler sees it. */
public interface Request {

  String method();

  /** The path as it came, not decoded. */
  String path();

  /**
   * The numeric address that the connection comes from, which may be that of a proxy; empty if
   * there is no connection.
   */
  String remote();

  /**
   * What stands in the path in the place of {@code :name}, percent-decoded; for {@code *name}, all
   * that is left of the path, decoded segment by segment.
   *
   * @throws IllegalArgumentException if the route has no such place
   */
  String param(String name);

  /** The first value of a parameter of the query, decoded. */
  Optional<String> query(String name);

  /** The first value of a header; case does not matter. */
  Optional<String> header(String name);

  /** The whole body; empty if there is none. Not for streamed routes. */
  byte[] body();

  /**
   * The body, read from JSON.
   *
   * @throws ProblemException 400 if it is not JSON of this type; unknown fields are refused
   */
  <T> T json(Class<T> type);

  /** Refuses (400) a body other than an empty one or an empty JSON object. */
  void noBody();

  /** The body as it comes in; for a route that is not streamed, the whole body. */
  InputStream stream();

  /**
   * Whoever the route's guard found; for a route without a guard an {@link IllegalStateException}.
   */
  Object principal();

  /**
   * How far the sender has seen the ledgers, and will have with what was told of so far.
   *
   * @throws ProblemException 400 if the header {@link Seen#HEADER} is malformed
   */
  Seen seen();

  /** With the answer its reader will have seen this too, which the answer's head tells. */
  void saw(Seen more);

  /** A number in the query; 400 if it is none or outside of the bounds. */
  default long queryNumber(String name, long absent, long min, long max) {
    String text = query(name).orElse(null);
    if (text == null) {
      return absent;
    }
    try {
      long number = Long.parseLong(text);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException _) {
      // said below
    }
    throw ProblemException.badRequest(
        max == Long.MAX_VALUE
            ? "%s has to be a number from %d on".formatted(name, min)
            : "%s has to be a number from %d to %d".formatted(name, min, max));
  }
}
