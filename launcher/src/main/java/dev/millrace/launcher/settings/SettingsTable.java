package dev.millrace.launcher.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What settings there are, for people. */
public final class SettingsTable {
  private SettingsTable() {}

  /** Some lines for each. */
  public static List<String> text() {
    List<String> lines = new ArrayList<>();
    for (Key<?> key : Keys.ALL) {
      lines.add("%s: %s%s".formatted(key.name(), key.type().what(), otherwise(key)));
      lines.add("    " + key.about());
    }
    return lines;
  }

  private static String otherwise(Key<?> key) {
    if (key.fallback() != null) {
      return "; " + key.fallback() + " if absent";
    }
    return key.needed().isEmpty() ? "" : "; needed by " + needed(key);
  }

  private static String needed(Key<?> key) {
    return key.needed().size() == Role.values().length
        ? "all roles"
        : key.needed().stream().map(Role::word).sorted().collect(Collectors.joining(", "));
  }

  /** The lines of a table. */
  public static List<String> markdown() {
    List<String> lines = new ArrayList<>();
    lines.add("| setting | what it is | if absent | what for |");
    lines.add("|---|---|---|---|");
    for (Key<?> key : Keys.ALL) {
      String absent =
          key.fallback() != null
              ? "`" + key.fallback() + "`"
              : key.needed().isEmpty() ? "" : "needed by " + needed(key);
      lines.add(
          "| `%s` | %s | %s | %s |"
              .formatted(key.name(), key.type().what().replace("|", "\\|"), absent, key.about()));
    }
    return lines;
  }
}
