package dev.millrace.pipeline;

import dev.millrace.events.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/** Reads JSON token by token, so that every value knows its place and none is built too deep. */
final class JsonReader {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Budget.MAX_DEPTH + 2) // the better message is given here
                  .maxNumberLength(100)
                  .build())
          .build();

  private final JsonParser json;
  private final Problems problems;
  private final Budget budget = new Budget();

  private JsonReader(JsonParser json, Problems problems) {
    this.json = json;
    this.problems = problems;
  }

  /** The one value of the file; null if it is empty. */
  static @Nullable Node read(String text, Problems problems) throws Unreadable {
    try (JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      JsonReader reader = new JsonReader(json, problems);
      JsonToken first = json.nextToken();
      if (first == null) {
        return null;
      }
      Node root = reader.value(first, "", 0);
      if (json.nextToken() != null) {
        throw new Unreadable(reader.here(""), "there is something behind the end of the value");
      }
      return root;
    } catch (JacksonException e) {
      throw new Unreadable(spot(e.getLocation(), ""), "not JSON: " + Json.why(e));
    }
  }

  private Node value(JsonToken token, String path, int depth) throws Unreadable {
    Spot spot = here(path);
    budget.node(spot);
    return switch (token) {
      case START_OBJECT -> map(spot, depth + 1);
      case START_ARRAY -> list(spot, depth + 1);
      case VALUE_STRING -> scalar(spot, Node.Kind.TEXT);
      case VALUE_NUMBER_INT -> scalar(spot, Node.Kind.INTEGER);
      case VALUE_NUMBER_FLOAT -> scalar(spot, Node.Kind.DECIMAL);
      case VALUE_TRUE, VALUE_FALSE -> scalar(spot, Node.Kind.BOOLEAN);
      case VALUE_NULL -> scalar(spot, Node.Kind.NULL);
      case END_ARRAY, END_OBJECT, NOT_AVAILABLE, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT ->
          throw new Unreadable(spot, "not JSON: a value is missing");
    };
  }

  private Node scalar(Spot spot, Node.Kind kind) throws Unreadable {
    String text = json.getString();
    budget.text(spot, text);
    return new Node.Scalar(spot, kind, text);
  }

  private Node map(Spot spot, int depth) throws Unreadable {
    checkDepth(spot, depth);
    var fields = new LinkedHashMap<String, Node.Field>();
    for (JsonToken token = json.nextToken(); token != JsonToken.END_OBJECT; ) {
      String name = json.currentName();
      Spot nameSpot = here(Spot.field(spot.path(), name));
      budget.text(nameSpot, name);
      Node.Field field = new Node.Field(nameSpot, value(json.nextToken(), nameSpot.path(), depth));
      Node.Field first = fields.putIfAbsent(name, field);
      if (first != null) {
        problems.add(nameSpot, Fields.twice(name, first.name()));
      }
      token = json.nextToken();
    }
    return new Node.Mapping(spot, Collections.unmodifiableSequencedMap(fields));
  }

  private Node list(Spot spot, int depth) throws Unreadable {
    checkDepth(spot, depth);
    List<Node> items = new ArrayList<>();
    for (JsonToken token = json.nextToken(); token != JsonToken.END_ARRAY; ) {
      items.add(value(token, Spot.item(spot.path(), items.size()), depth));
      token = json.nextToken();
    }
    return new Node.Listing(spot, List.copyOf(items));
  }

  private static void checkDepth(Spot spot, int depth) throws Unreadable {
    if (depth > Budget.MAX_DEPTH) {
      throw Budget.tooDeep(spot.withPath(""));
    }
  }

  private Spot here(String path) {
    return spot(json.currentTokenLocation(), path);
  }

  private static Spot spot(@Nullable TokenStreamLocation at, String path) {
    return at == null
        ? Spot.START.withPath(path)
        : new Spot(Math.max(1, at.getLineNr()), Math.max(1, at.getColumnNr()), path);
  }
}
