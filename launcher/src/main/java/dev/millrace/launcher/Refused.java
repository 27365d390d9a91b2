package dev.millrace.launcher;

/** The command ends here, with a sentence for the person who gave it. */
public final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final int exit;

  public Refused(int exit, String message) {
    super(message, null, false, false);
    this.exit = exit;
  }

  /** One of {@link Exit}. */
  public int exit() {
    return exit;
  }
}
