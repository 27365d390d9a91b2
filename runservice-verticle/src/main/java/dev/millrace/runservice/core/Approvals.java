package dev.millrace.runservice.core;

import dev.millrace.events.Actor;
import dev.millrace.events.Decision;
import dev.millrace.events.Outcome.Code;
import dev.millrace.events.run.Approvers;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.Run.Task;
import dev.millrace.events.run.RunCommand.AddApprover;
import dev.millrace.events.run.RunCommand.ApproveTask;
import dev.millrace.events.run.RunCommand.SetTaskAnnotations;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.RunEvent.TaskAnnotationsSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Annotations of tasks, and approval, which lives in one of them. An approver may come before the
 * task waits; it counts from then on.
 */
final class Approvals {
  private Approvals() {}

  static Decision<RunEvent> annotate(Draft draft, SetTaskAnnotations c) {
    Run run = draft.run();
    Task task = run.tasks().get(c.task());
    if (task == null) {
      return Refusal.noTask(run, c.task());
    }
    if (c.annotations().containsKey(Approvers.KEY)) {
      return Decision.reject(
          Code.FORBIDDEN,
          "the annotation \"%s\" is set by approving only".formatted(Approvers.KEY));
    }
    for (var entry : c.annotations().entrySet()) {
      if (!Names.simple(entry.getKey()) || entry.getValue().length() > Limits.ANNOTATION) {
        return Refusal.invalid(
            "an annotation is a name of 1 to %d characters and a text of at most %d",
            Limits.NAME, Limits.ANNOTATION);
      }
    }
    Map<String, String> merged = new HashMap<>(task.annotations());
    Map<String, String> changed = new LinkedHashMap<>();
    c.annotations()
        .forEach(
            (key, value) -> {
              if (!value.equals(merged.put(key, value))) {
                changed.put(key, value);
              }
            });
    if (merged.size() > Limits.ANNOTATIONS) {
      return Refusal.invalid("a task has at most %d annotations", Limits.ANNOTATIONS);
    }
    return changed.isEmpty()
        ? draft.accept()
        : draft.add(new TaskAnnotationsSet(run.id(), c.task(), changed)).accept();
  }

  static Decision<RunEvent> add(Draft draft, Actor actor, AddApprover c) {
    Run run = draft.run();
    Task task = run.tasks().get(c.task());
    if (task == null) {
      return Refusal.noTask(run, c.task());
    }
    if (actor.kind() == Actor.Kind.user && !actor.id().equals(c.approver().value())) {
      return Decision.reject(Code.FORBIDDEN, "a person approves for themselves only");
    }
    if (!task.spec().needsApproval()) {
      return Refusal.wrongState("task \"%s\" of run %s needs no approval", c.task(), run.id());
    }
    if (task.approved()) {
      return approved(run, c.task());
    }
    if (task.status().ended()) {
      return Refusal.wrongState("task \"%s\" of run %s is %s", c.task(), run.id(), task.status());
    }
    var approvers = Approvers.of(task);
    if (approvers.contains(c.approver())) {
      return Refusal.wrongState(
          "task \"%s\" of run %s has the approval of user %s already",
          c.task(), run.id(), c.approver());
    }
    if (approvers.size() >= Limits.APPROVERS) {
      return Refusal.wrongState(
          "task \"%s\" of run %s has %d approvers already", c.task(), run.id(), approvers.size());
    }
    Map<String, String> list = Map.of(Approvers.KEY, Approvers.with(task, c.approver()));
    return draft.add(new TaskAnnotationsSet(run.id(), c.task(), list)).accept();
  }

  static Decision<RunEvent> approve(Draft draft, ApproveTask c) {
    Run run = draft.run();
    Task task = run.tasks().get(c.task());
    if (task == null) {
      return Refusal.noTask(run, c.task());
    }
    if (task.approved()) {
      return approved(run, c.task());
    }
    if (!task.waitingApproval()) {
      return Refusal.wrongState(
          "task \"%s\" of run %s is %s, not waiting for approval",
          c.task(), run.id(), task.status());
    }
    int approvers = Approvers.of(task).size();
    if (approvers < Approvers.NEEDED) {
      return Refusal.wrongState(
          "task \"%s\" of run %s has %d of %d approvers",
          c.task(), run.id(), approvers, Approvers.NEEDED);
    }
    return draft.add(new RunEvent.TaskApproved(run.id(), c.task())).settle();
  }

  private static Decision<RunEvent> approved(Run run, String task) {
    return Refusal.wrongState("task \"%s\" of run %s is approved already", task, run.id());
  }
}
