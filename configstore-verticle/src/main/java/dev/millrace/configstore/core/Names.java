package dev.millrace.configstore.core;

import dev.millrace.events.Outcome.Code;
import dev.millrace.events.Outcome.Rejected;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What users, tokens and projects may be called. */
final class Names {
  private static final int SHOWN = 60;
  private static final int LONGEST = 40;
  private static final Pattern NAME = Pattern.compile("[A-Za-z](-?[A-Za-z0-9])*");
  private static final Pattern UUID =
      Pattern.compile(
          "[0-9a-fA-F]{32}|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

  private Names() {}

  /**
   * Why something cannot have this name; null if it can.
   *
   * @param what as in "a user"
   */
  static @Nullable Rejected refusal(String what, String name) {
    // Length first: the pattern must not work on a long text.
    if (name.isEmpty() || name.length() > LONGEST || !NAME.matcher(name).matches()) {
      return new Rejected(
          Code.INVALID,
          "%s cannot be called %s: a name is 1 to 40 letters, digits and single dashes inside, and starts with a letter"
              .formatted(what, shown(name)));
    }
    if (UUID.matcher(name).matches()) {
      return new Rejected(
          Code.INVALID,
          "%s cannot be called %s: a name must not look like a UUID".formatted(what, shown(name)));
    }
    return null;
  }

  /** A text from outside as it can stand in a message. */
  static String shown(String text) {
    return '"' + (text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…") + '"';
  }
}
