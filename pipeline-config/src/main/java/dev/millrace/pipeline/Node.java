package dev.millrace.pipeline;

import java.util.List;
import java.util.SequencedMap;

/** A value in a configuration, with where it stands: the same for every format. */
sealed interface Node {
  Spot spot();

  /** What it is, for a person: {@code a list}, {@code the number 3}. */
  String what();

  /** Names and values in the order of the file. */
  record Mapping(Spot spot, SequencedMap<String, Field> fields) implements Node {
    @Override
    public String what() {
      return fields.isEmpty() ? "an empty map" : "a map";
    }
  }

  /**
   * One field of a map.
   *
   * @param name where its name stands
   */
  record Field(Spot name, Node value) {}

  record Listing(Spot spot, List<Node> items) implements Node {
    @Override
    public String what() {
      return items.isEmpty() ? "an empty list" : "a list";
    }
  }

  /**
   * A single value.
   *
   * @param text as it is written, without quotes
   */
  record Scalar(Spot spot, Kind kind, String text) implements Node {
    @Override
    public String what() {
      return switch (kind) {
        case TEXT -> text.isEmpty() ? "an empty text" : "the text " + Quote.quote(text);
        case INTEGER, DECIMAL -> "the number " + Quote.cut(text);
        case BOOLEAN -> text;
        case NULL -> "nothing";
      };
    }
  }

  /** The types that YAML's core schema and JSON share. */
  enum Kind {
    TEXT,
    INTEGER,
    DECIMAL,
    BOOLEAN,
    NULL
  }
}
