package dev.millrace.bus.kafka;

import java.util.Locale;

/** Who logs in at a cluster: a user for each, with {@link Rights} of its own. */
public enum ClusterUser {
  GATEWAY,
  CONFIGSTORE,
  RUNSERVICE,
  SCHEDULER,
  EXECUTOR,
  DATAMANAGER,
  /** A program outside that asks for runs and sees what becomes of them. */
  PUBLISHER,
  /** A program outside that sees what becomes of runs. */
  READER,
  /** Who makes topics and gives rights. */
  ADMIN;

  /** As it is written in options, and the user's name if no other is chosen. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
