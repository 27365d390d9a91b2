package dev.millrace.launcher.settings;

import static dev.millrace.launcher.settings.Type.SECRET;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A setting.
 *
 * @param name its path in the file
 * @param fallback what counts if it is absent; null: nothing
 * @param needed the roles that do not start without it
 * @param about what it is for, in a sentence
 */
record Key<T>(
    String name, Type<T> type, @Nullable String fallback, Set<Role> needed, String about) {

  static <T> Key<T> optional(String name, Type<T> type, String about) {
    return new Key<>(name, type, null, Set.of(), about);
  }

  static <T> Key<T> fallingBack(String name, Type<T> type, String fallback, String about) {
    return new Key<>(name, type, fallback, Set.of(), about);
  }

  static <T> Key<T> needed(String name, Type<T> type, Set<Role> by, String about) {
    return new Key<>(name, type, null, Set.copyOf(by), about);
  }

  static Set<Role> everybody() {
    return EnumSet.allOf(Role.class);
  }

  static Set<Role> everybodyBut(Role role) {
    return EnumSet.complementOf(EnumSet.of(role));
  }

  boolean isSecret() {
    return type == (Object) SECRET;
  }
}
