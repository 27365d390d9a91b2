package dev.millrace.runservice.core;

import dev.millrace.events.run.TaskSpec;
import dev.millrace.events.run.TaskSpec.Dependency;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;

/** Finds tasks that depend on themselves. */
final class Cycles {
  private Cycles() {}

  /** The shortest cycle of each task that is in none found before; the first task is also last. */
  static List<List<TaskSpec>> find(List<TaskSpec> tasks, Map<String, TaskSpec> byName) {
    List<List<TaskSpec>> found = new ArrayList<>();
    Set<TaskSpec> known = new HashSet<>();
    for (TaskSpec task : tasks) {
      if (!known.contains(task)) {
        List<TaskSpec> cycle = through(task, byName);
        if (!cycle.isEmpty()) {
          found.add(cycle);
          known.addAll(cycle);
        }
      }
    }
    return found;
  }

  private static List<TaskSpec> through(TaskSpec start, Map<String, TaskSpec> byName) {
    Map<String, TaskSpec> cameFrom = new HashMap<>();
    Queue<TaskSpec> open = new ArrayDeque<>(List.of(start));
    while (!open.isEmpty()) {
      TaskSpec task = open.remove();
      for (Dependency on : task.depends()) {
        TaskSpec next = byName.get(on.task());
        if (next == null || cameFrom.putIfAbsent(next.name(), task) != null) {
          continue;
        }
        if (next.name().equals(start.name())) {
          return path(start, cameFrom);
        }
        open.add(next);
      }
    }
    return List.of();
  }

  private static List<TaskSpec> path(TaskSpec start, Map<String, TaskSpec> cameFrom) {
    List<TaskSpec> path = new ArrayList<>(List.of(start));
    TaskSpec at = cameFrom.get(start.name());
    while (at != null && !at.name().equals(start.name())) {
      path.addFirst(at);
      at = cameFrom.get(at.name());
    }
    path.addFirst(start);
    return path;
  }
}
