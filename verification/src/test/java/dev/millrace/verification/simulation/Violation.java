package dev.millrace.verification.simulation;

/** A promise was broken. */
public final class Violation extends AssertionError {
  private static final long serialVersionUID = 1;

  Violation(String what) {
    super(what);
  }

  static void unless(boolean holds, String what, Object... arguments) {
    if (!holds) {
      throw new Violation(what.formatted(arguments));
    }
  }
}
