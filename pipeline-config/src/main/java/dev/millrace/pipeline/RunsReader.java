package dev.millrace.pipeline;

import dev.millrace.events.run.TaskSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the whole configuration. */
final class RunsReader {
  private static final int MOST_RUNS = 100;
  private static final int MOST_TASKS = 1000;

  private final Problems problems;
  private final GitContext context;
  private final Map<String, Spot> names = new HashMap<>();

  RunsReader(Problems problems, GitContext context) {
    this.problems = problems;
    this.context = context;
  }

  /** The runs that match; meaningful only if no problem was noted. */
  List<PlannedRun> read(Node root) {
    if (!(root instanceof Node.Mapping map)) {
      problems.add(root.spot(), Fields.expected("a map with the field runs", root));
      return List.of();
    }
    Fields fields = new Fields(map, problems, "the configuration", List.of("runs"));
    List<Node> nodes = fields.list("runs", "a list of runs");
    if (nodes.isEmpty() && !(fields.get("runs") instanceof Node.Scalar)) {
      problems.add(map.spot(), "no runs: the field \"runs\" has to be a list of at least one");
    }
    if (nodes.size() > MOST_RUNS) {
      problems.add(map.spot(), "more than 100 runs");
      return List.of();
    }
    List<PlannedRun> runs = new ArrayList<>();
    for (Node node : nodes) {
      PlannedRun run = run(node);
      if (run != null) {
        runs.add(run);
      }
    }
    return runs;
  }

  private @Nullable PlannedRun run(Node node) {
    if (!(node instanceof Node.Mapping map)) {
      problems.add(node.spot(), Fields.expected("a run: a map with a name and tasks", node));
      return null;
    }
    Fields fields = new Fields(map, problems, "a run", List.of("name", "tasks", "when"));
    String name = new NameReader(problems).required(fields, "run");
    if (name != null) {
      Spot first = names.putIfAbsent(name, map.spot());
      if (first != null) {
        problems.add(
            map.spot(),
            "another run has the name %s already (%s)".formatted(Quote.quote(name), first.path()));
      }
    }
    List<TaskSpec> tasks = tasks(fields);
    boolean takesPart = new WhenReader(problems).read(fields).matches(context);
    return takesPart && name != null ? new PlannedRun(name, tasks) : null;
  }

  private List<TaskSpec> tasks(Fields fields) {
    if (fields.get("tasks") == null) {
      problems.add(fields.spot(), "the field \"tasks\" of the run is missing: a list of tasks");
    }
    List<Node> nodes = fields.list("tasks", "a list of tasks");
    if (nodes.size() > MOST_TASKS) {
      problems.add(fields.spot(), "more than 1000 tasks in one run");
      return List.of();
    }
    TaskReader reader = new TaskReader(problems, context);
    List<TaskReader.Placed> placed = new ArrayList<>();
    for (Node node : nodes) {
      TaskReader.Placed task = reader.read(node);
      if (task != null) {
        placed.add(task);
      }
    }
    DependencyCheck.check(placed, problems);
    List<TaskSpec> specs = new ArrayList<>();
    for (TaskReader.Placed task : placed) {
      if (task.spec() != null) {
        specs.add(task.spec());
      }
    }
    return specs;
  }
}
