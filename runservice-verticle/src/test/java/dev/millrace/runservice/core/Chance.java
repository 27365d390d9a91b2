package dev.millrace.runservice.core;

import dev.millrace.events.ExecutorId;
import dev.millrace.events.ProjectId;
import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.UserId;
import dev.millrace.events.run.Approvers;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ConcurrencyKey;
import dev.millrace.events.run.ExecutorRef;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunPhase;
import dev.millrace.events.run.RunSpec;
import dev.millrace.events.run.StepReport;
import dev.millrace.events.run.StepStatus;
import dev.millrace.events.run.TaskOutcome;
import dev.millrace.events.run.TaskSpec;
import dev.millrace.events.run.TaskSpec.Condition;
import dev.millrace.events.run.TaskSpec.Dependency;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/** Makes commands by chance: some that could follow, some that could not. */
final class Chance {
  private static final List<RootGroup> ROOTS =
      List.of(RootGroup.of(new ProjectId("p1")), RootGroup.parse("user/u1"));
  private static final List<TaskOutcome> OUTCOMES =
      Arrays.stream(TaskOutcome.values()).filter(o -> o != TaskOutcome.skipped).toList();

  private final Random random;
  private final Story story;

  Chance(Random random, Story story) {
    this.random = random;
    this.story = story;
  }

  RunCommand command() {
    return story.state.active().isEmpty() || random.nextInt(12) == 0
        ? create()
        : random.nextInt(4) == 0 ? nonsense() : useful();
  }

  private RunCommand.CreateRuns create() {
    RootGroup root = one(ROOTS);
    List<RunSpec> runs = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      runs.add(
          new RunSpec(
              one(List.of("ci", "nightly")),
              "/" + root + "/branch/" + one(List.of("main", "other")),
              Map.of(),
              List.of(),
              Map.of(),
              Map.of(),
              tasks()));
    }
    Long delivery = random.nextBoolean() ? null : (long) random.nextInt(30);
    return new RunCommand.CreateRuns(root, delivery, runs, "");
  }

  private List<TaskSpec> tasks() {
    List<TaskSpec> tasks = new ArrayList<>();
    int count = random.nextInt(6);
    for (int i = 0; i < count; i++) {
      List<Dependency> depends = new ArrayList<>();
      for (int j = 0; j < count; j++) {
        // backwards mostly; forwards once in a while, which may make a cycle
        if (j != i && random.nextInt(j > i ? 3 : 40) == 0) {
          depends.add(new Dependency("t" + j, conditions()));
        }
      }
      tasks.add(
          Story.task(
              "t" + i,
              depends,
              random.nextInt(5) == 0,
              random.nextInt(4) == 0,
              random.nextInt(6) == 0));
    }
    return tasks;
  }

  private List<Condition> conditions() {
    return Arrays.stream(Condition.values()).filter(_ -> random.nextInt(2) == 0).toList();
  }

  /** Something that could be accepted, for a run by chance; a start if nothing else can be done. */
  RunCommand useful() {
    List<RunId> active = List.copyOf(story.state.active().values());
    Run run = story.run(one(active));
    if (run.phase() == RunPhase.queued) {
      RunId next = story.state.lane(ConcurrencyKey.of(run.spec())).next();
      return random.nextInt(10) == 0
          ? new RunCommand.CancelRun(run.id())
          : new RunCommand.StartRun(next == null ? run.id() : next);
    }
    if (random.nextInt(40) == 0) {
      return new RunCommand.StopRun(run.id());
    }
    List<Run.Task> open =
        run.tasksInOrder().stream().filter(task -> !task.status().ended()).toList();
    return useful(run, one(open));
  }

  private RunCommand useful(Run run, Run.Task task) {
    String name = task.spec().name();
    Run.Attempt held = task.openAttempt();
    if (held == null) {
      var ref = new AttemptRef(run.id(), name, task.nextAttempt());
      return task.waitingApproval()
          ? Approvers.enough(task)
              ? new RunCommand.ApproveTask(run.id(), name)
              : new RunCommand.AddApprover(run.id(), name, person())
          : new RunCommand.AssignTask(ref, executor());
    }
    var ref = new AttemptRef(run.id(), name, held.number());
    if (random.nextInt(12) == 0) {
      return new RunCommand.DeclareLost(ref, held.executor());
    }
    if (!held.claimed()) {
      return random.nextInt(6) == 0
          ? new RunCommand.UnassignTask(ref, held.executor(), "full")
          : new RunCommand.ClaimTask(ref, held.executor());
    }
    return report(ref, held.executor());
  }

  private RunCommand report(AttemptRef ref, ExecutorRef executor) {
    var step =
        new StepReport(
            random.nextInt(2), one(List.of(StepStatus.values())), random.nextInt(3), null);
    return new RunCommand.ReportTask(
        ref,
        executor,
        random.nextBoolean() ? List.of() : List.of(step),
        random.nextBoolean() ? null : new RunCommand.TaskEnd(one(OUTCOMES), ""));
  }

  /** Anything about anything. */
  private RunCommand nonsense() {
    var run = new RunId(one(ROOTS), 1 + random.nextInt(20));
    var ref = new AttemptRef(run, "t" + random.nextInt(6), 1 + random.nextInt(2));
    return switch (random.nextInt(13)) {
      case 0 -> new RunCommand.StartRun(run);
      case 1 -> new RunCommand.CancelRun(run);
      case 2 -> new RunCommand.StopRun(run);
      case 3 -> new RunCommand.AssignTask(ref, executor());
      case 4 -> new RunCommand.ClaimTask(ref, executor());
      case 5 -> new RunCommand.UnassignTask(ref, executor(), "full");
      case 6 -> new RunCommand.DeclareLost(ref, executor());
      case 7 -> new RunCommand.AddApprover(run, ref.task(), person());
      case 8 -> new RunCommand.ApproveTask(run, ref.task());
      case 10 -> new RunCommand.DeleteRun(run);
      case 11 -> new RunCommand.DeleteLogs(run, random.nextBoolean() ? null : ref.task());
      case 9 -> new RunCommand.SetTaskAnnotations(run, ref.task(), Map.of("k", "v"));
      default -> report(ref, executor());
    };
  }

  private UserId person() {
    return new UserId("u" + random.nextInt(3));
  }

  private ExecutorRef executor() {
    return new ExecutorRef(new ExecutorId("e" + random.nextInt(2)), "life" + random.nextInt(2));
  }

  private <T> T one(List<T> of) {
    return Objects.requireNonNull(of.get(random.nextInt(of.size())));
  }
}
