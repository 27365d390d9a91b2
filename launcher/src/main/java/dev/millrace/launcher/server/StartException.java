package dev.millrace.launcher.server;

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
}
