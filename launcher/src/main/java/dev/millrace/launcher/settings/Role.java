package dev.millrace.launcher.settings;

import dev.millrace.launcher.Exit;
import dev.millrace.launcher.Refused;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A part of Millrace that can live in a process of its own. */
public enum Role {
  // In the order in which they are best started in one process.
  CONFIGSTORE,
  RUNSERVICE,
  DATAMANAGER,
  SCHEDULER,
  EXECUTOR,
  GATEWAY;

  /**
   * The roles of these words; all if there are none.
   *
   * @throws Refused if a word is no role
   */
  public static Set<Role> named(List<String> words) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    for (String word : words) {
      roles.add(
          Stream.of(values())
              .filter(role -> role.word().equals(word.strip()))
              .findFirst()
              .orElseThrow(() -> new Refused(Exit.USAGE, unknown(word.strip()))));
    }
    return roles.isEmpty() ? EnumSet.allOf(Role.class) : roles;
  }

  private static String unknown(String word) {
    String all = Stream.of(values()).map(Role::word).collect(Collectors.joining(", "));
    return "there is no role %s: %s".formatted(word, all);
  }

  /** As it is written in options. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
