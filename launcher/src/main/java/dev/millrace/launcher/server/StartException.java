package dev.millrace.launcher.server;

import dev.millrace.bus.ledger.StoppedException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** A start that cannot be. The message is for the person who typed the command. */
public final class StartException extends Exception {
  private static final long serialVersionUID = 1;

  public StartException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  public StartException(String message) {
    this(message, null);
  }

  /** What the failed part said itself. */
  static String why(ExecutionException e) {
    Throwable cause = e.getCause();
    String why = String.valueOf((cause == null ? e : cause).getMessage());
    return cause instanceof StoppedException
        ? why + " (millrace recover tells what can be gone on with)"
        : why;
  }
}
