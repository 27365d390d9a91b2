package dev.millrace.datamanager.rebuild;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 over the rows of a view, in their order: equal views have equal digests. */
public final class ViewDigest {
  private final MessageDigest digest;

  public ViewDigest() {
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** The next row. */
  public void add(byte[] row) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(row.length).flip());
    digest.update(row);
  }

  /** The next row. */
  public void add(String row) {
    add(row.getBytes(UTF_8));
  }

  /** In hex; nothing is added after. */
  public String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }

  static String of(byte[] row) {
    var one = new ViewDigest();
    one.add(row);
    return one.hex();
  }
}
