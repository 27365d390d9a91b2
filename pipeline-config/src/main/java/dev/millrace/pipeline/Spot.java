package dev.millrace.pipeline;

/**
 * Where something stands in a configuration.
 *
 * @param line from 1; 0 if nothing is known but the path
 * @param column from 1, in characters
 * @param path of fields: {@code runs[0].tasks[2].name}; empty for the whole
 */
record Spot(int line, int column, String path) {
  static final Spot START = new Spot(1, 1, "");

  Spot withPath(String other) {
    return new Spot(line, column, other);
  }

  /** The path of a field of what stands at {@code path}. */
  static String field(String path, String name) {
    String shown = name.length() > 60 ? name.substring(0, 60) + "…" : name;
    return path.isEmpty() ? shown : path + "." + shown;
  }

  /** The path of an element of what stands at {@code path}. */
  static String item(String path, int index) {
    return path + "[" + index + "]";
  }
}
