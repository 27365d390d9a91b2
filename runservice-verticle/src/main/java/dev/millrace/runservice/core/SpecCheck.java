package dev.millrace.runservice.core;

import dev.millrace.events.run.RunSpec;
import dev.millrace.events.run.RunSpec.SetupError;
import dev.millrace.events.run.TaskSpec;
import dev.millrace.events.run.TaskSpec.Dependency;
import dev.millrace.events.run.TaskSpec.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is wrong with a run, all of it. */
@SuppressWarnings("AnnotateFormatMethod") // its annotation would be one more library
final class SpecCheck {
  private final RunSpec run;
  private final List<SetupError> errors = new ArrayList<>();
  private final Map<String, TaskSpec> tasks = new HashMap<>();

  private SpecCheck(RunSpec run) {
    this.run = run;
  }

  /** In the order in which they stand; empty if nothing is wrong. */
  static List<SetupError> errors(RunSpec run) {
    var check = new SpecCheck(run);
    check.check();
    return check.errors;
  }

  static boolean annotationsFit(RunSpec run) {
    return run.annotations().size() <= Limits.ANNOTATIONS
        && run.annotations().entrySet().stream()
            .allMatch(e -> Names.simple(e.getKey()) && e.getValue().length() <= Limits.ANNOTATION);
  }

  static boolean environmentsFit(RunSpec run) {
    return fits(run.environment()) && fits(run.staticEnvironment());
  }

  private void check() {
    name("", "run", run.name());
    if (!annotationsFit(run)) {
      error(
          "annotations",
          "a run has at most %d annotations, with names of 1 to %d and texts of at most %d"
              + " characters",
          Limits.ANNOTATIONS,
          Limits.NAME,
          Limits.ANNOTATION);
    }
    environment("environment", run.environment());
    environment("static_environment", run.staticEnvironment());
    if (run.tasks().size() > Limits.TASKS) {
      error("tasks", "a run has at most %d tasks, not %d", Limits.TASKS, run.tasks().size());
      return;
    }
    for (int i = 0; i < run.tasks().size(); i++) {
      TaskSpec task = run.tasks().get(i);
      name("tasks[%d]".formatted(i), "task", task.name());
      if (tasks.putIfAbsent(task.name(), task) != null) {
        error(place(task), "there are two tasks of this name");
      }
    }
    run.tasks().forEach(this::task);
    Cycles.find(run.tasks(), tasks)
        .forEach(
            cycle ->
                error(
                    place(cycle.getFirst()),
                    "it depends on itself: %s",
                    String.join(" → ", cycle.stream().map(t -> Limits.shown(t.name())).toList())));
  }

  private void task(TaskSpec task) {
    environment(place(task), task.environment());
    if (task.depends().size() > Limits.DEPENDENCIES) {
      error(place(task), "a task depends on at most %d tasks", Limits.DEPENDENCIES);
    }
    if (task.steps().size() > Limits.STEPS) {
      error(place(task), "a task has at most %d steps", Limits.STEPS);
    }
    Set<String> seen = new HashSet<>();
    for (Dependency on : task.depends()) {
      if (!tasks.containsKey(on.task())) {
        error(
            place(task),
            "it depends on task \"%s\", which does not exist",
            Limits.shown(on.task()));
      }
      if (!seen.add(on.task())) {
        error(place(task), "it depends twice on task \"%s\"", Limits.shown(on.task()));
      }
    }
    for (int i = 0; i < task.steps().size(); i++) {
      step(place(task) + ".steps[%d]".formatted(i), task.steps().get(i));
    }
  }

  private void step(String place, Step step) {
    if (step.name().length() > Limits.STEP_NAME) {
      error(place, "the name of a step has at most %d characters", Limits.STEP_NAME);
    }
    switch (step) {
      case Step.Clone clone -> {
        if (clone.depth() != null && clone.depth() < 1) {
          error(place, "a depth is at least 1, not %d", clone.depth());
        }
      }
      case Step.Run command -> {
        if (command.command().isBlank()) {
          error(place, "a run step has a command");
        }
        environment(place, command.environment());
      }
    }
  }

  private void name(String place, String what, String name) {
    if (name.isBlank()) {
      error(place, "a %s has a name", what);
    } else if (!Names.pathSafe(name)) {
      error(
          place,
          "the name \"%s\" is none for a %s: 1 to %d characters, no slash, no control characters",
          Limits.shown(name),
          what,
          Limits.NAME);
    }
  }

  private void environment(String place, Map<String, String> variables) {
    if (!fits(variables)) {
      error(
          place,
          "an environment has at most %d variables, with names of 1 to %d characters without '='",
          Limits.VARIABLES,
          Limits.NAME);
    }
  }

  private static boolean fits(Map<String, String> variables) {
    return variables.size() <= Limits.VARIABLES
        && variables.keySet().stream().allMatch(Names::variable)
        && variables.values().stream().allMatch(value -> value.indexOf('\0') < 0);
  }

  private static String place(TaskSpec task) {
    return "tasks.%s".formatted(Limits.shown(task.name()));
  }

  private void error(String place, String message, Object... arguments) {
    errors.add(new SetupError(place, message.formatted(arguments)));
  }
}
