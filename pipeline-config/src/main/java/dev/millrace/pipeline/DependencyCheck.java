package dev.millrace.pipeline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/** Finds unknown and repeated dependencies, and circles. */
final class DependencyCheck {
  private final Problems problems;
  private final SequencedMap<String, TaskReader.Placed> tasks = new LinkedHashMap<>();
  private final Map<String, State> states = new HashMap<>();

  /** Comparing every name with every other would take minutes for a file full of mistakes. */
  private int guesses = 20;

  private enum State {
    OPEN,
    DONE
  }

  private DependencyCheck(Problems problems) {
    this.problems = problems;
  }

  /** Checks the tasks of one run against each other. */
  static void check(List<TaskReader.Placed> placed, Problems problems) {
    DependencyCheck check = new DependencyCheck(problems);
    placed.forEach(check::register);
    placed.forEach(check::references);
    // Without names that are there once and only once, what is a circle would be guesswork.
    check.tasks.keySet().forEach(name -> check.walk(name, new ArrayList<>()));
  }

  private void register(TaskReader.Placed task) {
    if (task.spec() == null) {
      return;
    }
    TaskReader.Placed first = tasks.putIfAbsent(task.spec().name(), task);
    if (first != null) {
      problems.add(
          task.spot(),
          "another task has the name %s already (%s)"
              .formatted(Quote.quote(task.spec().name()), first.spot().path()));
    }
  }

  private void references(TaskReader.Placed task) {
    Set<String> seen = new HashSet<>();
    for (DependsReader.Placed entry : task.depends()) {
      String name = entry.dependency().task();
      if (!seen.add(name)) {
        problems.add(entry.spot(), "the dependency on " + Quote.quote(name) + " is here twice");
      }
      if (!tasks.containsKey(name)) {
        problems.add(
            entry.spot(), "there is no task " + Quote.quote(name) + " in this run" + guess(name));
      }
    }
  }

  private String guess(String name) {
    return guesses-- <= 0
        ? ""
        : Nearest.to(name, tasks.keySet())
            .map(near -> "; did you mean " + Quote.quote(near) + "?")
            .orElse("");
  }

  /** Depth first; the one way back into the open path closes a circle. */
  private void walk(String name, List<String> path) {
    TaskReader.Placed task = tasks.get(name);
    if (task == null || states.get(name) == State.DONE) {
      return;
    }
    states.put(name, State.OPEN);
    path.add(name);
    for (DependsReader.Placed entry : task.depends()) {
      String next = entry.dependency().task();
      if (states.get(next) == State.OPEN) {
        circle(entry.spot(), path.subList(path.indexOf(next), path.size()));
      } else {
        walk(next, path);
      }
    }
    path.removeLast();
    states.put(name, State.DONE);
  }

  private void circle(Spot spot, List<String> names) {
    if (names.size() == 1) {
      problems.add(spot, "the task " + Quote.quote(names.getFirst()) + " depends on itself");
      return;
    }
    List<String> shown = new ArrayList<>(names.stream().limit(10).map(Quote::quote).toList());
    if (names.size() > shown.size()) {
      shown.add("…");
    }
    shown.add(Quote.quote(names.getFirst()));
    problems.add(spot, "tasks depend on each other in a circle: " + String.join(" → ", shown));
  }
}
