package dev.millrace.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * Names a run: its root group and its number there. Numbers count up from 1 without gaps. On the
 * wire {@code project/<id>/<number>}.
 */
public record RunId(RootGroup root, long number) {
  public RunId {
    if (number < 1) {
      throw new IllegalArgumentException("run numbers start at 1");
    }
  }

  /**
   * Reads {@code project/<id>/<number>}.
   *
   * @throws IllegalArgumentException if it is not of this form
   */
  @JsonCreator
  public static RunId parse(String text) {
    int slash = text.lastIndexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("a run id is <root group>/<number>");
    }
    try {
      return new RunId(
          RootGroup.parse(text.substring(0, slash)), Long.parseLong(text.substring(slash + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("a run id ends with its number", e);
    }
  }

  @JsonValue
  @Override
  public String toString() {
    return root + "/" + number;
  }
}
