package dev.millrace.launcher.server;

/**
 * How a program outside reaches the broker: it may write commands about runs and read the ledger of
 * runs.
 */
public record KafkaAccess(String bootstrap, String user, String password) {
  @Override
  public String toString() {
    return "KafkaAccess[bootstrap=%s, user=%s]".formatted(bootstrap, user);
  }
}
