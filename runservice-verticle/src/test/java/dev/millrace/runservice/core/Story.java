package dev.millrace.runservice.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.Actor;
import dev.millrace.events.Command;
import dev.millrace.events.CommandId;
import dev.millrace.events.Decision;
import dev.millrace.events.ExecutorId;
import dev.millrace.events.Outcome;
import dev.millrace.events.ProjectId;
import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.UserId;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ExecutorRef;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunCommand.AssignTask;
import dev.millrace.events.run.RunCommand.ClaimTask;
import dev.millrace.events.run.RunCommand.CreateRuns;
import dev.millrace.events.run.RunCommand.ReportTask;
import dev.millrace.events.run.RunCommand.StartRun;
import dev.millrace.events.run.RunCommand.TaskEnd;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.RunEvolve;
import dev.millrace.events.run.RunSpec;
import dev.millrace.events.run.Runs;
import dev.millrace.events.run.TaskOutcome;
import dev.millrace.events.run.TaskSpec;
import dev.millrace.events.run.TaskSpec.Condition;
import dev.millrace.events.run.TaskSpec.Dependency;
import dev.millrace.events.run.TaskSpec.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Tells the rules a history, one command after the other, and asks what they make of the next. */
final class Story {
  static final RootGroup ROOT = RootGroup.of(new ProjectId("p1"));
  static final RunId RUN = new RunId(ROOT, 1);
  static final RunId SECOND = new RunId(ROOT, 2);
  static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  static final ExecutorRef E1 = new ExecutorRef(new ExecutorId("e1"), "life1");
  static final ExecutorRef E1_AGAIN = new ExecutorRef(new ExecutorId("e1"), "life2");
  static final ExecutorRef E2 = new ExecutorRef(new ExecutorId("e2"), "life1");
  static final UserId ANNA = new UserId("anna");

  final RunRules rules = new RunRules();
  Runs state = Runs.EMPTY;

  /** The same with the runs that have ended. */
  Runs whole = Runs.EMPTY;

  Instant at = NOON;
  @Nullable Long expected;
  Actor actor = Actor.system("test");

  /** Commands that have to be accepted. */
  static Story given(RunCommand... commands) {
    return new Story().and(commands);
  }

  /** One running run of these tasks. */
  static Story running(TaskSpec... tasks) {
    return given(creating(run("ci", tasks)), new StartRun(RUN));
  }

  Story and(RunCommand... commands) {
    for (RunCommand command : commands) {
      assertThat(when(command).outcome()).isInstanceOf(Outcome.Accepted.class);
    }
    return this;
  }

  /** The task is given to the first executor and claimed by it. */
  Story held(String task) {
    return and(new AssignTask(first(task), E1), new ClaimTask(first(task), E1));
  }

  Story ended(String task, TaskOutcome outcome) {
    return held(task).and(end(task, outcome));
  }

  Story later(Duration by) {
    at = at.plus(by);
    return this;
  }

  Decision<RunEvent> when(RunCommand body) {
    var command = new Command<>(new CommandId("c"), at, actor, true, expected, body);
    return evolve(rules.decide(state, command, at, () -> "id"));
  }

  Decision<RunEvent> evolve(Decision<RunEvent> decision) {
    for (RunEvent event : decision.events()) {
      whole = RunEvolve.evolve(whole, at, event);
      state = RunEvolve.evolve(state, at, event);
    }
    for (RunEvent event : decision.events()) {
      state = RunEvolve.forgetEnded(state, event);
    }
    return decision;
  }

  Run run() {
    return run(RUN);
  }

  Run run(RunId id) {
    return Objects.requireNonNull(whole.run(id));
  }

  Run.Task task(String name) {
    return Objects.requireNonNull(run().tasks().get(name));
  }

  static AttemptRef first(String task) {
    return new AttemptRef(RUN, task, 1);
  }

  static ReportTask end(String task, TaskOutcome outcome) {
    return new ReportTask(first(task), E1, List.of(), new TaskEnd(outcome, ""));
  }

  static CreateRuns creating(RunSpec... runs) {
    return new CreateRuns(ROOT, null, List.of(runs), "");
  }

  static CreateRuns delivered(long delivery, RunSpec... runs) {
    return new CreateRuns(ROOT, delivery, List.of(runs), runs.length == 0 ? "nothing to do" : "");
  }

  static RunSpec run(String name, TaskSpec... tasks) {
    return run("/project/p1/branch/main", name, tasks);
  }

  static RunSpec run(String group, String name, TaskSpec... tasks) {
    return new RunSpec(name, group, Map.of(), List.of(), Map.of(), Map.of(), List.of(tasks));
  }

  static TaskSpec task(String name, String... depends) {
    return task(name, Arrays.stream(depends).map(d -> on(d)).toList(), false, false, false);
  }

  static TaskSpec task(
      String name,
      List<Dependency> depends,
      boolean needsApproval,
      boolean ignoreFailure,
      boolean skip) {
    return new TaskSpec(
        name,
        depends,
        Map.of(),
        null,
        null,
        needsApproval,
        ignoreFailure,
        skip,
        List.of(step("make"), step("make test")));
  }

  static TaskSpec skipped(String name) {
    return task(name, List.of(), false, false, true);
  }

  static TaskSpec mayFail(String name) {
    return task(name, List.of(), false, true, false);
  }

  static TaskSpec approval(String name, String... depends) {
    return task(name, Arrays.stream(depends).map(d -> on(d)).toList(), true, false, false);
  }

  static TaskSpec taskOn(String name, Dependency... depends) {
    return task(name, List.of(depends), false, false, false);
  }

  static Dependency on(String task, Condition... conditions) {
    return new Dependency(task, List.of(conditions));
  }

  static Step step(String command) {
    return new Step.Run(command, command, Map.of(), null, null);
  }
}
