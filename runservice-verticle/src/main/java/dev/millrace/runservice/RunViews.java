package dev.millrace.runservice;

import dev.millrace.events.run.Run;
import dev.millrace.events.run.Run.Attempt;
import dev.millrace.events.run.Run.StepState;
import dev.millrace.events.run.Run.Task;
import dev.millrace.events.run.RunPhase;
import dev.millrace.events.run.RunResult;
import dev.millrace.events.run.RunSpec.SetupError;
import dev.millrace.events.run.StepStatus;
import dev.millrace.events.run.TaskOutcome;
import dev.millrace.events.run.TaskSpec;
import dev.millrace.events.run.TaskSpec.Dependency;
import dev.millrace.events.run.TaskSpec.Step;
import dev.millrace.events.run.TaskStatus;
import dev.millrace.runservice.stored.Listed;
import dev.millrace.storage.index.IndexedRun;
import dev.millrace.storage.index.RunCounts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is shown of runs: the JSON of the internal interface. */
final class RunViews {
  private RunViews() {}

  /**
   * A page of runs, newest first.
   *
   * @param next the {@code before} of the page after it
   * @param counts of all pages, if they were asked for
   */
  record Page(List<Item> runs, @Nullable String next, @Nullable Counts counts) {}

  /** How many runs there are; of phases and results of which there are none nothing is said. */
  record Counts(long total, Map<String, Long> byPhase, Map<String, Long> byResult) {}

  static Counts counts(RunCounts counts) {
    return new Counts(counts.total(), counts.byPhase(), counts.byResult());
  }

  /**
   * A run in a list.
   *
   * @param annotations those by which runs are found
   */
  record Item(
      String id,
      String root,
      long number,
      String name,
      String group,
      RunPhase phase,
      RunResult result,
      @Nullable String frozen,
      Map<String, String> annotations,
      Instant createdAt,
      @Nullable Instant startedAt,
      @Nullable Instant endedAt,
      List<String> tasksWaitingApproval) {}

  /** All there is to know of a run. */
  record Detail(
      String id,
      String root,
      long number,
      String name,
      String group,
      RunPhase phase,
      RunResult result,
      @Nullable String frozen,
      Map<String, String> annotations,
      Instant createdAt,
      @Nullable Instant startedAt,
      @Nullable Instant endedAt,
      List<String> tasksWaitingApproval,
      long revision,
      boolean stopping,
      List<SetupError> setupErrors,
      Map<String, String> staticEnvironment,
      Map<String, String> environment,
      List<TaskView> tasks) {}

  record TaskView(
      String name,
      TaskStatus status,
      List<Dependency> depends,
      boolean needsApproval,
      boolean waitingApproval,
      boolean approved,
      Map<String, String> annotations,
      boolean ignoreFailure,
      @Nullable Instant startedAt,
      @Nullable Instant endedAt,
      List<String> steps,
      List<AttemptView> attempts) {}

  record AttemptView(
      int number,
      String executor,
      boolean claimed,
      @Nullable TaskOutcome outcome,
      @Nullable String message,
      Instant assignedAt,
      @Nullable Instant claimedAt,
      @Nullable Instant endedAt,
      List<StepView> steps) {}

  record StepView(
      String name,
      String type,
      StepStatus status,
      @Nullable Integer exitCode,
      @Nullable Instant startedAt,
      @Nullable Instant endedAt,
      @Nullable Long logBytes) {}

  static Item item(Listed run) {
    IndexedRun is = run.indexed();
    Map<String, String> annotations = new LinkedHashMap<>();
    put(annotations, "trigger", is.trigger());
    put(annotations, "branch", is.branch());
    put(annotations, "author", is.author());
    return new Item(
        run.id().toString(),
        run.id().root().toString(),
        run.id().number(),
        is.name(),
        is.group(),
        run.phase(),
        run.result(),
        run.frozen(),
        annotations,
        is.createdAt(),
        is.startedAt(),
        is.endedAt(),
        run.tasksWaitingApproval());
  }

  private static void put(Map<String, String> annotations, String name, @Nullable String value) {
    if (value != null) {
      annotations.put(name, value);
    }
  }

  static Detail detail(Run run) {
    return new Detail(
        run.id().toString(),
        run.id().root().toString(),
        run.id().number(),
        run.spec().name(),
        run.spec().group(),
        run.phase(),
        run.result(),
        run.frozen(),
        run.spec().annotations(),
        run.createdAt(),
        run.startedAt(),
        run.endedAt(),
        Listed.of(run).tasksWaitingApproval(),
        run.revision(),
        run.stopping(),
        run.spec().setupErrors(),
        run.spec().staticEnvironment(),
        run.spec().environment(),
        run.tasksInOrder().stream().map(RunViews::task).toList());
  }

  /** What a step is called on the wire. */
  static String type(Step step) {
    return switch (step) {
      case Step.Clone _ -> "clone";
      case Step.Run _ -> "run";
    };
  }

  private static TaskView task(Task task) {
    TaskSpec spec = task.spec();
    return new TaskView(
        spec.name(),
        task.status(),
        spec.depends(),
        spec.needsApproval(),
        task.waitingApproval(),
        task.approved(),
        task.annotations(),
        spec.ignoreFailure(),
        task.startedAt(),
        task.endedAt(),
        spec.steps().stream().map(Step::name).toList(),
        task.attempts().stream().map(attempt -> attempt(attempt, spec.steps())).toList());
  }

  private static AttemptView attempt(Attempt attempt, List<Step> specs) {
    List<StepView> steps = new ArrayList<>();
    for (int i = 0; i < attempt.steps().size(); i++) {
      steps.add(step(attempt.steps().get(i), specs.get(i)));
    }
    return new AttemptView(
        attempt.number(),
        attempt.executor().id().value(),
        attempt.claimed(),
        attempt.outcome(),
        attempt.message().isEmpty() ? null : attempt.message(),
        attempt.assignedAt(),
        attempt.claimedAt(),
        attempt.endedAt(),
        steps);
  }

  private static StepView step(StepState state, Step spec) {
    return new StepView(
        spec.name(),
        type(spec),
        state.status(),
        state.exitCode(),
        state.startedAt(),
        state.endedAt(),
        state.log() == null ? null : state.log().bytes());
  }
}
