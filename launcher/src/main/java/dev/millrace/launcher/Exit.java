package dev.millrace.launcher;

/** What the command ends with. Scripts rely on these. */
public final class Exit {
  public static final int OK = 0;

  /** The server, or the command itself, refused. */
  public static final int REJECTED = 1;

  /** The command line is wrong. */
  public static final int USAGE = 2;

  /** A run that was waited for did not end in success. */
  public static final int NOT_SUCCESSFUL = 3;

  /** What was asked for does not exist. */
  public static final int NOT_FOUND = 4;

  /** Nobody answers, or something that is needed is missing. */
  public static final int UNREACHABLE = 69;

  /** Not now; trying again may help. */
  public static final int TRY_LATER = 75;

  private Exit() {}
}
