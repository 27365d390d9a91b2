package dev.millrace.pipeline;

import dev.millrace.events.run.TaskSpec.Condition;
import dev.millrace.events.run.TaskSpec.Dependency;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the field {@code depends}: a list of {@code name}, {@code {task: name, conditions: […]}}
 * and {@code {name: […]}}.
 */
final class DependsReader {
  private static final List<String> CONDITIONS =
      Arrays.stream(Condition.values()).map(Condition::name).toList();
  private static final String EXPECTED =
      "the name of a task, {task: …, conditions: […]}, or {name: […]}";

  private final Problems problems;

  DependsReader(Problems problems) {
    this.problems = problems;
  }

  /** A dependency, with where it is written. */
  record Placed(Spot spot, Dependency dependency) {}

  List<Placed> read(Fields of) {
    List<Placed> all = new ArrayList<>();
    for (Node entry : of.list("depends", "a list of dependencies")) {
      Placed placed = entry(entry);
      if (placed != null) {
        all.add(placed);
      }
    }
    return List.copyOf(all);
  }

  private @Nullable Placed entry(Node node) {
    switch (node) {
      case Node.Scalar name when name.kind() != Node.Kind.NULL -> {
        return new Placed(name.spot(), new Dependency(name.text(), List.of()));
      }
      case Node.Mapping map when isLong(map) -> {
        Fields fields = new Fields(map, problems, "a dependency", List.of("task", "conditions"));
        String task = fields.text("task", "the name of a task");
        List<Condition> conditions = conditions(fields.get("conditions"));
        if (task == null) {
          if (fields.get("task") == null) {
            problems.add(map.spot(), "the field \"task\" of the dependency is missing");
          }
          return null;
        }
        return new Placed(map.spot(), new Dependency(task, conditions));
      }
      case Node.Mapping map when map.fields().size() == 1 -> {
        var only = map.fields().firstEntry();
        return new Placed(
            map.spot(), new Dependency(only.getKey(), conditions(only.getValue().value())));
      }
      case Node.Scalar _, Node.Mapping _, Node.Listing _ -> {
        problems.add(node.spot(), Fields.expected(EXPECTED, node));
        return null;
      }
    }
  }

  /** Tells {@code {task: build}} from the short form for a task whose name is {@code task}. */
  private static boolean isLong(Node.Mapping map) {
    Node.Field task = map.fields().get("task");
    return map.fields().containsKey("conditions")
        || (task != null && !(map.fields().size() == 1 && task.value() instanceof Node.Listing));
  }

  private List<Condition> conditions(@Nullable Node node) {
    List<Condition> conditions = new ArrayList<>();
    switch (node) {
      case null -> {}
      case Node.Listing list -> list.items().forEach(item -> condition(item, conditions));
      case Node.Scalar scalar when scalar.kind() == Node.Kind.NULL -> {}
      case Node.Scalar scalar -> condition(scalar, conditions);
      case Node.Mapping map ->
          problems.add(map.spot(), Fields.expected("a list of conditions", map));
    }
    return conditions;
  }

  private void condition(Node node, List<Condition> to) {
    if (!(node instanceof Node.Scalar scalar)) {
      problems.add(node.spot(), Fields.expected("one of " + String.join(", ", CONDITIONS), node));
      return;
    }
    if (!CONDITIONS.contains(scalar.text())) {
      problems.add(
          node.spot(),
          "unknown condition "
              + Quote.quote(scalar.text())
              + Nearest.to(scalar.text(), CONDITIONS)
                  .map(near -> "; did you mean " + Quote.quote(near) + "?")
                  .orElse("; there are: " + String.join(", ", CONDITIONS)));
      return;
    }
    Condition condition = Condition.valueOf(scalar.text());
    if (!to.contains(condition)) {
      to.add(condition);
    }
  }
}
