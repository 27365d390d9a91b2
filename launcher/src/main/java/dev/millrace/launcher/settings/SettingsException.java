package dev.millrace.launcher.settings;

import java.util.List;

/** The settings cannot be taken; all that is wrong with them is told at once. */
public final class SettingsException extends Exception {
  private static final long serialVersionUID = 1L;
  private final List<String> problems;

  SettingsException(List<String> problems) {
    super(String.join("; ", problems));
    this.problems = List.copyOf(problems);
  }

  /** A line each. */
  public List<String> problems() {
    return problems;
  }
}
