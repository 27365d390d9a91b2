package dev.millrace.pipeline;

import dev.millrace.events.run.TaskSpec;
import dev.millrace.events.run.TaskSpec.Step;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one task. */
final class TaskReader {
  private static final List<String> KNOWN =
      List.of(
          "name",
          "depends",
          "environment",
          "working_dir",
          "shell",
          "approval",
          "ignore_failure",
          "when",
          "steps");
  private static final int MOST_STEPS = 1000;

  private final Problems problems;
  private final GitContext context;

  TaskReader(Problems problems, GitContext context) {
    this.problems = problems;
    this.context = context;
  }

  /**
   * A task as far as it could be read.
   *
   * @param spec null if it has no name
   */
  record Placed(Spot spot, List<DependsReader.Placed> depends, @Nullable TaskSpec spec) {}

  @Nullable Placed read(Node node) {
    if (!(node instanceof Node.Mapping map)) {
      problems.add(node.spot(), Fields.expected("a task: a map with a name and steps", node));
      return null;
    }
    Fields fields = new Fields(map, problems, "a task", KNOWN);
    String name = new NameReader(problems).required(fields, "task");
    List<DependsReader.Placed> depends = new DependsReader(problems).read(fields);
    boolean takesPart = new WhenReader(problems).read(fields).matches(context);
    TaskSpec spec =
        new TaskSpec(
            name == null ? "" : name,
            depends.stream().map(DependsReader.Placed::dependency).toList(),
            fields.environment(),
            fields.text("working_dir", "the path of a folder"),
            fields.text("shell", "a program and its arguments"),
            fields.flag("approval"),
            fields.flag("ignore_failure"),
            !takesPart,
            steps(fields));
    return new Placed(nameSpot(map), depends, name == null ? null : spec);
  }

  private static Spot nameSpot(Node.Mapping map) {
    Node.Field name = map.fields().get("name");
    return name == null ? map.spot() : name.value().spot();
  }

  private List<Step> steps(Fields fields) {
    List<Node> nodes = fields.list("steps", "a list of steps");
    if (nodes.size() > MOST_STEPS) {
      problems.add(fields.spot(), "more than 1000 steps in one task");
      return List.of();
    }
    StepReader reader = new StepReader(problems);
    List<Step> steps = new ArrayList<>();
    for (Node node : nodes) {
      Step step = reader.read(node);
      if (step != null) {
        steps.add(step);
      }
    }
    return steps;
  }
}
