package dev.millrace.runservice.core;

/** The bounds of what a run may be; what is beyond them is refused with a sentence. */
public final class Limits {
  public static final int RUNS = 100;
  public static final int TASKS = 500;
  public static final int STEPS = 200;
  public static final int DEPENDENCIES = 100;
  public static final int VARIABLES = 500;
  public static final int ANNOTATIONS = 100;
  public static final int APPROVERS = 100;
  public static final int NAME = 100;
  public static final int STEP_NAME = 200;
  public static final int ANNOTATION = 4096;
  public static final int GROUP = 1000;
  public static final int SENTENCE = 1000;
  public static final int SETUP_ERRORS = 100;

  private Limits() {}

  /** The text, or its beginning if it is longer than a sentence may be. */
  static String sentence(String text) {
    return text.length() <= SENTENCE ? text : text.substring(0, SENTENCE - 1) + "…";
  }

  /** A name that can be shown whatever it was: no control characters, not too long, not empty. */
  static String shown(String name) {
    String clean = name.strip().replaceAll("\\p{Cntrl}", "?");
    if (clean.isEmpty()) {
      return "(no name)";
    }
    return clean.length() <= NAME ? clean : clean.substring(0, NAME - 1) + "…";
  }
}
