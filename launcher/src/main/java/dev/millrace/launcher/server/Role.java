package dev.millrace.launcher.server;

import java.util.Locale;

/** A part of Millrace that can live in a process of its own. */
public enum Role {
  GATEWAY,
  CONFIGSTORE,
  RUNSERVICE,
  SCHEDULER,
  EXECUTOR;

  /** As it is written in options. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
