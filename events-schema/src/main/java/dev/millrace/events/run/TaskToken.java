package dev.millrace.events.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.events.RunId;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a running task shows to prove which attempt it is: a text that names the attempt and the
 * incarnation of its executor, signed with HMAC-SHA256. It does not end by time: who checks it also
 * checks that this incarnation has claimed the attempt and that the attempt has not ended.
 *
 * @param attempt what runs
 * @param incarnation of the executor that claimed it
 */
public record TaskToken(AttemptRef attempt, String incarnation) {
  private static final String PREFIX = "mrtt_";

  /** The token as text; letters, digits, {@code _ - .} only. */
  public String sign(byte[] key) {
    String body =
        String.join(
            "\n",
            attempt.run().toString(),
            attempt.task(),
            Integer.toString(attempt.attempt()),
            incarnation);
    String text = encode(body.getBytes(UTF_8));
    return PREFIX + text + "." + encode(mac(key, text));
  }

  /** Reads a token; empty if it is none, or not signed with this key. */
  public static Optional<TaskToken> verify(byte[] key, String token) {
    int dot = token.indexOf('.');
    if (!token.startsWith(PREFIX) || dot < 0) {
      return Optional.empty();
    }
    String text = token.substring(PREFIX.length(), dot);
    try {
      byte[] mac = Base64.getUrlDecoder().decode(token.substring(dot + 1));
      if (!MessageDigest.isEqual(mac, mac(key, text))) {
        return Optional.empty();
      }
      String[] parts = new String(Base64.getUrlDecoder().decode(text), UTF_8).split("\n", -1);
      var attempt = new AttemptRef(RunId.parse(parts[0]), parts[1], Integer.parseInt(parts[2]));
      return Optional.of(new TaskToken(attempt, parts[3]));
    } catch (IllegalArgumentException _) {
      return Optional.empty(); // not base64: nobody signed this
    }
  }

  private static byte[] mac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
