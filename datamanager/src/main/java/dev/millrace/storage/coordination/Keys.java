package dev.millrace.storage.coordination;

import java.util.regex.Pattern;

/** Which keys and values a store takes: those that all adapters can hold. */
final class Keys {
  private static final Pattern KEY =
      Pattern.compile("[A-Za-z0-9._/-]{1," + CoordinationStore.MAX_KEY + "}");

  private Keys() {}

  static void check(String key) {
    if (!KEY.matcher(key).matches()) {
      throw new IllegalArgumentException(
          "a key is 1 to %d letters, digits and . _ - /".formatted(CoordinationStore.MAX_KEY));
    }
  }

  /** Any beginning of a key, and none at all. */
  static void checkPrefix(String prefix) {
    if (!prefix.isEmpty()) {
      check(prefix);
    }
  }

  static void checkValue(byte[] value) {
    if (value.length > CoordinationStore.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a value has at most %d bytes, not %d"
              .formatted(CoordinationStore.MAX_VALUE, value.length));
    }
  }
}
