package dev.millrace.scheduler.core;

import dev.millrace.events.RootGroup;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that wait for an executor. Root groups take turns, so that a long line of one does not hold
 * up another; within a root group first come, first served.
 */
final class ReadyTasks {
  private final Map<RootGroup, ArrayDeque<TaskRef>> lines = new LinkedHashMap<>();
  private final Set<TaskRef> all = new HashSet<>();

  /** Adds the task unless it waits already. */
  void add(TaskRef task) {
    if (all.add(task)) {
      lines.computeIfAbsent(task.run().root(), _ -> new ArrayDeque<>()).add(task);
    }
  }

  /** Takes the task whose turn it is. It may have become unready since it was added. */
  @Nullable TaskRef next() {
    var turns = lines.entrySet().iterator();
    if (!turns.hasNext()) {
      return null;
    }
    var turn = turns.next();
    turns.remove();
    TaskRef task = turn.getValue().remove();
    all.remove(task);
    if (!turn.getValue().isEmpty()) {
      lines.put(turn.getKey(), turn.getValue());
    }
    return task;
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  int size() {
    return all.size();
  }
}
