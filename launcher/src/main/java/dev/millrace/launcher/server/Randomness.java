package dev.millrace.launcher.server;

import java.security.SecureRandom;
import java.util.function.Supplier;

/** Where ids, terms and secrets come from. Any thread. */
final class Randomness {
  private static final char[] DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".toCharArray();
  private static final int ID = 12;
  private static final int SECRET = 43;

  private final SecureRandom random = new SecureRandom();

  /** Short ids: 71 bits. */
  Supplier<String> ids() {
    return () -> text(ID);
  }

  /** A secret that nobody can guess: 256 bits. */
  String secret() {
    return text(SECRET);
  }

  /** Bytes that nobody can guess. */
  byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private String text(int length) {
    var text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append(DIGITS[random.nextInt(DIGITS.length)]);
    }
    return text.toString();
  }
}
