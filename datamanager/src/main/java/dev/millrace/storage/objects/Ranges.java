package dev.millrace.storage.objects;

/** What adapters check alike. */
final class Ranges {
  private Ranges() {}

  static void check(long offset, long length) {
    if (offset < 0 || length < 0) {
      throw new IllegalArgumentException(
          "no piece of an object: %d bytes from %d on".formatted(length, offset));
    }
  }
}
