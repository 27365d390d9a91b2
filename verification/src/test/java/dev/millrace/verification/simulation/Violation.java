package dev.millrace.verification.simulation;

import org.jspecify.annotations.Nullable;

/** A promise was broken. */
public final class Violation extends AssertionError {
  private static final long serialVersionUID = 1;

  Violation(String what) {
    super(what);
  }

  @SuppressWarnings("AnnotateFormatMethod") // its annotation would be one more library
  static void unless(boolean holds, String what, @Nullable Object... arguments) {
    if (!holds) {
      throw new Violation(what.formatted(arguments));
    }
  }
}
