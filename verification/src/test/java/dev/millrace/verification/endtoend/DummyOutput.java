package dev.millrace.verification.endtoend;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** What the dummy driver prints. */
final class DummyOutput {
  private DummyOutput() {}

  /** As it prints for {@code MILLRACE_DUMMY_OUTPUT}, which is so many bytes. */
  static byte[] of(int bytes) {
    byte[] all = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      all[i] = (byte) (i % 64 == 63 ? '\n' : 'a' + i % 26);
    }
    return all;
  }

  static String text(int bytes) {
    return new String(of(bytes), US_ASCII);
  }
}
