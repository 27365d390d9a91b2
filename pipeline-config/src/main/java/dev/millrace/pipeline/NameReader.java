package dev.millrace.pipeline;

import org.jspecify.annotations.Nullable;

/** Reads the field {@code name} of runs, tasks and steps. */
final class NameReader {
  private static final int LONGEST = 100;

  private final Problems problems;

  NameReader(Problems problems) {
    this.problems = problems;
  }

  /** A good name, or null; a missing one is noted. */
  @Nullable String required(Fields fields, String of) {
    if (fields.get("name") == null) {
      problems.add(fields.spot(), "the field \"name\" of the " + of + " is missing");
      return null;
    }
    return optional(fields, of);
  }

  /** A good name, or null. */
  @Nullable String optional(Fields fields, String of) {
    Node node = fields.get("name");
    String name = fields.text("name", "the name of the " + of);
    if (node == null || name == null) {
      return null;
    }
    if (name.codePointCount(0, name.length()) > LONGEST) {
      problems.add(node.spot(), "the name is longer than 100 characters");
      return null;
    }
    if (name.chars().anyMatch(Character::isISOControl)) {
      problems.add(node.spot(), "a name has to be one line, without control characters");
      return null;
    }
    if (!name.equals(name.strip())) {
      problems.add(node.spot(), "a name may not begin or end with a blank");
      return null;
    }
    return name;
  }
}
