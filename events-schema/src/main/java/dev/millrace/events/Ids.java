package dev.millrace.events;

import java.util.regex.Pattern;

/** The grammar that every id keeps: it can stand in a path, a key and a log line unescaped. */
public final class Ids {
  /** Letters, digits, dot, dash, underscore; starts with a letter or digit; at most 64. */
  public static final Pattern GRAMMAR = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  private Ids() {}

  static void check(String what, String value) {
    if (!GRAMMAR.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "%s is 1 to 64 letters, digits, '.', '-', '_', starting with a letter or digit"
              .formatted(what));
    }
  }
}
