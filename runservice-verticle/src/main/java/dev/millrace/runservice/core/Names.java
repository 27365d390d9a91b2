package dev.millrace.runservice.core;

/** What names of runs, tasks, annotations and variables may look like. */
final class Names {
  private Names() {}

  /** 1 to 100 characters, not all blank, none of them a control character. */
  static boolean simple(String name) {
    return !name.isBlank()
        && name.length() <= Limits.NAME
        && name.codePoints().noneMatch(Names::control);
  }

  /** A simple name that can be one element of a path. */
  static boolean pathSafe(String name) {
    return simple(name) && name.indexOf('/') < 0 && !name.equals(".") && !name.equals("..");
  }

  /** What an operating system takes as the name of a variable. */
  static boolean variable(String name) {
    return !name.isEmpty()
        && name.length() <= Limits.NAME
        && name.codePoints().noneMatch(c -> c == '=' || control(c));
  }

  private static boolean control(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default -> false;
    };
  }
}
