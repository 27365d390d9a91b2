package dev.millrace.bus.kafka;

/**
 * A user of a broker and the password, of any characters but control characters. Its text form does
 * not tell the password.
 */
public record Credentials(String user, String password) {
  private static final int MOST = 256;

  public Credentials {
    check("user", user);
    check("password", password);
  }

  private static void check(String what, String text) {
    if (text.isEmpty() || text.length() > MOST || text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "a broker's %s has 1 to %d characters, and no control characters".formatted(what, MOST));
    }
  }

  @Override
  public String toString() {
    return "Credentials[user=" + user + "]";
  }
}
