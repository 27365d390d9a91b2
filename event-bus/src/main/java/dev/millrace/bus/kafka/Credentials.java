package dev.millrace.bus.kafka;

/** A user and password of a broker. Its text form does not tell the password. */
public record Credentials(String user, String password) {
  public Credentials {
    if (!user.matches("[A-Za-z0-9-]{1,40}") || !password.matches("[A-Za-z0-9]{16,128}")) {
      throw new IllegalArgumentException(
          "a broker's user is up to 40 letters, digits and dashes, its password 16 to 128 letters"
              + " and digits");
    }
  }

  @Override
  public String toString() {
    return "Credentials[user=" + user + "]";
  }

  /** What a client logs in with. */
  String clientLogin() {
    return MODULE + " username=\"" + user + "\" password=\"" + password + "\";";
  }

  /** What a listener logs in with at its own node, and whom it accepts: only these. */
  String listenerLogin() {
    return MODULE
        + " username=\"%s\" password=\"%s\" user_%s=\"%s\";"
            .formatted(user, password, user, password);
  }

  private static final String MODULE =
      "org.apache.kafka.common.security.plain.PlainLoginModule required";
}
