package dev.millrace.configstore;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What users sign in with. Only the hash of a token is ever kept or published. */
public final class Tokens {
  /** How many random bytes a token is made of. */
  public static final int BYTES = 32;

  private static final String PREFIX = "mrt_";
  private static final int DIGITS = 43; // enough for 256 bits
  private static final String BASE62 =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final BigInteger SIXTY_TWO = BigInteger.valueOf(62);

  private Tokens() {}

  /** The token of these bytes, which nobody else must be able to guess. */
  public static String of(byte[] random) {
    if (random.length != BYTES) {
      throw new IllegalArgumentException("a token is made of " + BYTES + " bytes");
    }
    var digits = new StringBuilder();
    BigInteger left = new BigInteger(1, random);
    for (int i = 0; i < DIGITS; i++) {
      BigInteger[] next = left.divideAndRemainder(SIXTY_TWO);
      digits.append(BASE62.charAt(next[1].intValue()));
      left = next[0];
    }
    return PREFIX + digits.reverse();
  }

  /** The SHA-256 of the token, in hexadecimal digits. Its randomness makes salt unnecessary. */
  public static String hash(String token) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
