package dev.millrace.pipeline;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Takes the fields of one map apart; whatever does not fit is noted and taken as absent. */
final class Fields {
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final int LONGEST_VARIABLE = 200;

  private final Node.Mapping map;
  private final Problems problems;

  /** Notes every field that is not known. */
  Fields(Node.Mapping map, Problems problems, String of, List<String> known) {
    this.map = map;
    this.problems = problems;
    map.fields()
        .forEach(
            (name, field) -> {
              if (!known.contains(name)) {
                problems.add(field.name(), unknown(name, of, known));
              }
            });
  }

  static String twice(String name, Spot first) {
    return "the field %s is here twice (first in line %d, column %d)"
        .formatted(Quote.quote(name), first.line(), first.column());
  }

  private static String unknown(String name, String of, List<String> known) {
    String hint =
        Nearest.to(name, known)
            .map(near -> "did you mean " + Quote.quote(near) + "?")
            .orElse(of + " has: " + String.join(", ", known));
    return "unknown field " + Quote.quote(name) + "; " + hint;
  }

  Spot spot() {
    return map.spot();
  }

  /** The value of a field; null if it is absent or empty. */
  @Nullable Node get(String name) {
    Node.Field field = map.fields().get(name);
    return field == null || isNull(field.value()) ? null : field.value();
  }

  static boolean isNull(Node node) {
    return node instanceof Node.Scalar scalar && scalar.kind() == Node.Kind.NULL;
  }

  /** A text that is not blank. */
  @Nullable String text(String name, String expected) {
    Node node = get(name);
    return node == null ? null : text(node, expected);
  }

  @Nullable String text(Node node, String expected) {
    if (!(node instanceof Node.Scalar scalar) || scalar.kind() != Node.Kind.TEXT) {
      problems.add(node.spot(), expected(expected, node));
      return null;
    }
    if (scalar.text().isBlank()) {
      problems.add(node.spot(), expected(expected, node));
      return null;
    }
    if (scalar.text().indexOf('\0') >= 0) {
      problems.add(node.spot(), "a text may not have the character U+0000 in it");
      return null;
    }
    return scalar.text();
  }

  /** A switch that is off when absent. */
  boolean flag(String name) {
    Node node = get(name);
    if (node == null) {
      return false;
    }
    if (node instanceof Node.Scalar scalar && scalar.kind() == Node.Kind.BOOLEAN) {
      return scalar.text().equalsIgnoreCase("true");
    }
    problems.add(node.spot(), expected("true or false", node));
    return false;
  }

  /** A whole number above 0. */
  @Nullable Integer count(String name) {
    Node node = get(name);
    if (node == null) {
      return null;
    }
    if (node instanceof Node.Scalar scalar && scalar.kind() == Node.Kind.INTEGER) {
      try {
        int count = Integer.parseInt(scalar.text());
        if (count > 0) {
          return count;
        }
      } catch (NumberFormatException e) {
        problems.add(node.spot(), expected("a whole number from 1 to " + Integer.MAX_VALUE, node));
        return null;
      }
    }
    problems.add(node.spot(), expected("a whole number above 0", node));
    return null;
  }

  /** The elements of a list; none if it is absent. */
  List<Node> list(String name, String expected) {
    Node node = get(name);
    if (node == null) {
      return List.of();
    }
    if (node instanceof Node.Listing list) {
      return list.items();
    }
    problems.add(node.spot(), expected(expected, node));
    return List.of();
  }

  /** The field {@code environment}: names and texts. */
  Map<String, String> environment() {
    Node node = get("environment");
    Map<String, String> environment = new LinkedHashMap<>();
    if (node == null) {
      return environment;
    }
    if (!(node instanceof Node.Mapping variables)) {
      problems.add(node.spot(), expected("a map of variables", node));
      return environment;
    }
    variables.fields().forEach((name, field) -> variable(name, field, environment));
    return environment;
  }

  private void variable(String name, Node.Field field, Map<String, String> environment) {
    if (name.length() > LONGEST_VARIABLE || !VARIABLE.matcher(name).matches()) {
      problems.add(
          field.name(),
          "%s cannot be the name of a variable: letters, digits and _ only, no digit first"
              .formatted(Quote.quote(name)));
      return;
    }
    if (!(field.value() instanceof Node.Scalar scalar)) {
      problems.add(field.value().spot(), expected("a text", field.value()));
    } else if (scalar.kind() == Node.Kind.NULL) {
      problems.add(scalar.spot(), "expected a text, found nothing; write \"\" for an empty one");
    } else if (scalar.text().indexOf('\0') >= 0) {
      problems.add(scalar.spot(), "a text may not have the character U+0000 in it");
    } else {
      environment.put(name, scalar.text());
    }
  }

  static String expected(String what, Node found) {
    return "expected " + what + ", found " + found.what();
  }
}
