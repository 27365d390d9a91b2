package dev.millrace.verification.simulation;

import dev.millrace.events.RootGroup;
import dev.millrace.events.run.RunSpec;
import dev.millrace.events.run.TaskSpec;
import dev.millrace.events.run.TaskSpec.Condition;
import dev.millrace.events.run.TaskSpec.Dependency;
import dev.millrace.events.run.TaskSpec.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The runs that people and pushes ask for. */
final class Specs {
  static final String APPROVED = "deploy";

  private Specs() {}

  /** What somebody asks for. */
  static RunSpec any(RootGroup root, String name, Chaos chaos) {
    List<TaskSpec> tasks = new ArrayList<>();
    int slow = chaos.chance(0.25) ? 6 : 1;
    tasks.add(
        task("build", List.of(), false, steps(chaos.chance(0.3) ? 2 : 1, 1_000 * slow, chaos)));
    if (chaos.chance(0.3)) {
      var condition = chaos.chance(0.8) ? Condition.on_success : Condition.on_failure;
      var after = List.of(new Dependency("build", List.of(condition)));
      tasks.add(task("test", after, false, steps(1, 600, chaos)));
    }
    if (chaos.chance(0.15)) {
      var after = List.of(new Dependency("build", List.of(Condition.on_success)));
      tasks.add(task(APPROVED, after, true, steps(1, 300, chaos)));
    }
    return spec(root, name, chaos.chance(0.5) ? "main" : "dev", tasks);
  }

  /** The same for the same push. */
  static RunSpec push(RootGroup root, String commit) {
    return spec(
        root,
        "push",
        "main",
        List.of(task("build", List.of(), false, List.of(step(0, 200, 0, 50)))));
  }

  private static RunSpec spec(RootGroup root, String name, String branch, List<TaskSpec> tasks) {
    return new RunSpec(
        name,
        "/" + root + "/branch/" + branch,
        Map.of(),
        List.of(),
        Map.of("MILLRACE_PROJECT_ID", root.id()),
        Map.of(),
        tasks);
  }

  private static TaskSpec task(
      String name, List<Dependency> depends, boolean needsApproval, List<Step> steps) {
    return new TaskSpec(name, depends, Map.of(), null, null, needsApproval, false, false, steps);
  }

  private static List<Step> steps(int count, int atMost, Chaos chaos) {
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int exit = chaos.chance(0.15) ? 1 : 0;
      steps.add(step(i, 1 + chaos.upTo(atMost), exit, chaos.upTo(300)));
    }
    return steps;
  }

  private static Step step(int number, int millis, int exit, int output) {
    return new Step.Run(
        "do",
        "true",
        Map.of(
            "STEP", Integer.toString(number),
            "MILLRACE_DUMMY_SLEEP", Integer.toString(millis),
            "MILLRACE_DUMMY_EXIT", Integer.toString(exit),
            "MILLRACE_DUMMY_OUTPUT", Integer.toString(output)),
        null,
        null);
  }
}
