package dev.millrace.pipeline;

import dev.millrace.events.run.TaskSpec.Step;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads one step: {@code {type: run, …}}, {@code run: …}, {@code clone:}, {@code clone}. */
final class StepReader {
  private static final List<String> TYPES = List.of("clone", "run");
  private static final List<String> CLONE = List.of("type", "name", "depth", "recurse_submodules");
  private static final List<String> RUN =
      List.of("type", "name", "command", "environment", "working_dir", "shell");
  private static final int LONGEST_DEFAULT_NAME = 100;

  private final Problems problems;

  StepReader(Problems problems) {
    this.problems = problems;
  }

  /** The step; null if there is none, which is noted. */
  @Nullable Step read(Node node) {
    return switch (node) {
      case Node.Mapping map when map.fields().containsKey("type") -> typed(map);
      case Node.Mapping map when map.fields().size() == 1 -> {
        var only = map.fields().firstEntry();
        yield body(only.getKey(), only.getValue());
      }
      case Node.Mapping map -> {
        problems.add(
            map.spot(),
            "expected one field that says what the step is (clone or run), or the field type; found"
                + (map.fields().isEmpty()
                    ? " an empty map"
                    : " the fields " + String.join(", ", cut(map.fields().keySet()))));
        yield null;
      }
      case Node.Scalar scalar when scalar.text().equals("clone") ->
          new Step.Clone("clone", null, false);
      case Node.Scalar _, Node.Listing _ -> {
        problems.add(node.spot(), Fields.expected("a step: a map such as {run: make}", node));
        yield null;
      }
    };
  }

  private static List<String> cut(Iterable<String> names) {
    return java.util.stream.StreamSupport.stream(names.spliterator(), false)
        .limit(10)
        .map(Quote::cut)
        .toList();
  }

  private @Nullable Step typed(Node.Mapping map) {
    Node.Field field = map.fields().get("type");
    if (field != null && field.value() instanceof Node.Scalar scalar) {
      switch (scalar.text()) {
        case "clone" -> {
          return cloneStep(map);
        }
        case "run" -> {
          return run(map);
        }
        default -> problems.add(scalar.spot(), unknown(scalar.text()));
      }
    } else if (field != null) {
      problems.add(field.value().spot(), Fields.expected("clone or run", field.value()));
    }
    return null;
  }

  private @Nullable Step body(String type, Node.Field field) {
    Node body = field.value();
    switch (type) {
      case "clone" -> {
        if (body instanceof Node.Mapping map) {
          return cloneStep(map);
        } else if (Fields.isNull(body)) {
          return new Step.Clone("clone", null, false);
        }
        problems.add(body.spot(), Fields.expected("a map of depth, recurse_submodules", body));
        return null;
      }
      case "run" -> {
        if (body instanceof Node.Mapping map) {
          return run(map);
        } else if (body instanceof Node.Scalar command && !Fields.isNull(body)) {
          return command(command, false, new Step.Run("", "", Map.of(), null, null));
        }
        problems.add(
            body.spot(), Fields.expected("a command, or a map with the field command", body));
        return null;
      }
      default -> {
        problems.add(field.name(), unknown(type));
        return null;
      }
    }
  }

  private static String unknown(String type) {
    Optional<String> near = Nearest.to(type, TYPES);
    return "unknown type of step "
        + Quote.quote(type)
        + near.map(n -> "; did you mean " + Quote.quote(n) + "?")
            .orElse("; there are: " + String.join(", ", TYPES));
  }

  private Step cloneStep(Node.Mapping map) {
    Fields fields = new Fields(map, problems, "clone", CLONE);
    String name = new NameReader(problems).optional(fields, "step");
    return new Step.Clone(
        name == null ? "clone" : name, fields.count("depth"), fields.flag("recurse_submodules"));
  }

  private @Nullable Step run(Node.Mapping map) {
    Fields fields = new Fields(map, problems, "run", RUN);
    String name = new NameReader(problems).optional(fields, "step");
    Map<String, String> environment = fields.environment();
    String workingDir = fields.text("working_dir", "the path of a folder");
    String shell = fields.text("shell", "a program and its arguments");
    Node command = fields.get("command");
    if (command instanceof Node.Scalar scalar) {
      boolean named = fields.get("name") != null;
      return command(
          scalar,
          named,
          new Step.Run(name == null ? "" : name, "", environment, workingDir, shell));
    }
    problems.add(
        command == null ? map.spot() : command.spot(),
        command == null
            ? "the field \"command\" is missing"
            : Fields.expected("a command", command));
    return null;
  }

  /** Completes a step that has all but its command, and its name if it is not {@code named}. */
  private @Nullable Step command(Node.Scalar command, boolean named, Step.Run rest) {
    String text = command.text();
    if (text.isBlank() || command.kind() == Node.Kind.NULL) {
      problems.add(command.spot(), Fields.expected("a command", command));
      return null;
    }
    if (text.indexOf('\0') >= 0) {
      problems.add(command.spot(), "a text may not have the character U+0000 in it");
      return null;
    }
    if (!named && text.strip().lines().count() > 1) {
      problems.add(
          command.spot(),
          "a command of several lines needs a name: write run: {name: …, command: …}");
      return null;
    }
    return new Step.Run(
        named ? rest.name() : defaultName(text),
        text,
        rest.environment(),
        rest.workingDir(),
        rest.shell());
  }

  private static String defaultName(String command) {
    String line = command.strip();
    return line.codePointCount(0, line.length()) <= LONGEST_DEFAULT_NAME
        ? line
        : line.substring(0, line.offsetByCodePoints(0, LONGEST_DEFAULT_NAME));
  }
}
