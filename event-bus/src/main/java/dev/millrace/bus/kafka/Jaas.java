package dev.millrace.bus.kafka;

import java.util.regex.Pattern;

/** Logins as Kafka wants them told: a line in the syntax of JAAS, whatever a password has in it. */
final class Jaas {
  private static final String PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule";
  private static final String SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule";

  /** A listener's users are parts of names there, which cannot be quoted. */
  private static final Pattern NAMEABLE = Pattern.compile("[A-Za-z0-9-]{1,40}");

  private Jaas() {}

  /** What a client logs in with. */
  static String client(Login login) {
    var module =
        switch (login.mechanism()) {
          case PLAIN -> PLAIN;
          case SCRAM_SHA_256, SCRAM_SHA_512 -> SCRAM;
        };
    return line(module, login.credentials(), "");
  }

  /** What a listener with PLAIN logs in with at its own node, and whom it accepts: only these. */
  static String listener(Credentials only) {
    if (!NAMEABLE.matcher(only.user()).matches()) {
      throw new IllegalArgumentException(
          "a user whom a listener accepts has up to 40 letters, digits and dashes");
    }
    return line(PLAIN, only, " user_%s=%s".formatted(only.user(), quoted(only.password())));
  }

  private static String line(String module, Credentials credentials, String more) {
    return "%s required username=%s password=%s%s;"
        .formatted(module, quoted(credentials.user()), quoted(credentials.password()), more);
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
