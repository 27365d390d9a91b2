package dev.millrace.runservice.core;

import static dev.millrace.runservice.core.Story.RUN;
import static dev.millrace.runservice.core.Story.creating;
import static dev.millrace.runservice.core.Story.given;
import static dev.millrace.runservice.core.Story.on;
import static dev.millrace.runservice.core.Story.run;
import static dev.millrace.runservice.core.Story.step;
import static dev.millrace.runservice.core.Story.task;
import static dev.millrace.runservice.core.Story.taskOn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.run.RunCommand.CreateRuns;
import dev.millrace.events.run.RunCommand.StartRun;
import dev.millrace.events.run.RunPhase;
import dev.millrace.events.run.RunSpec;
import dev.millrace.events.run.RunSpec.SetupError;
import dev.millrace.events.run.TaskSpec;
import dev.millrace.events.run.TaskSpec.Condition;
import dev.millrace.events.run.TaskSpec.Step;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class SpecCheckTest {
  static Stream<Arguments> broken() {
    return Stream.of(
        Arguments.of(
            "a cycle",
            run("ci", task("a", "c"), task("b", "a"), task("c", "b"), task("d", "a")),
            List.of("tasks.a: it depends on itself: a → c → b → a")),
        Arguments.of(
            "two cycles",
            run("ci", task("a", "a"), task("b", "c"), task("c", "b")),
            List.of(
                "tasks.a: it depends on itself: a → a",
                "tasks.b: it depends on itself: b → c → b")),
        Arguments.of(
            "an unknown dependency",
            run("ci", task("a", "z")),
            List.of("tasks.a: it depends on task \"z\", which does not exist")),
        Arguments.of(
            "a double dependency",
            run("ci", task("a"), taskOn("b", on("a"), on("a", Condition.on_failure))),
            List.of("tasks.b: it depends twice on task \"a\"")),
        Arguments.of(
            "a double name",
            run("ci", task("a"), task("a")),
            List.of("tasks.a: there are two tasks of this name")),
        Arguments.of("no name", run(" ", task("a")), List.of(": a run has a name")),
        Arguments.of("no task name", run("ci", task("")), List.of("tasks[0]: a task has a name")),
        Arguments.of(
            "a path as a name",
            run("ci", task("../a")),
            List.of(
                "tasks[0]: the name \"../a\" is none for a task:"
                    + " 1 to 100 characters, no slash, no control characters")),
        Arguments.of(
            "the folder above as a name",
            run("ci", task("..")),
            List.of(
                "tasks[0]: the name \"..\" is none for a task:"
                    + " 1 to 100 characters, no slash, no control characters")),
        Arguments.of(
            "a control character",
            run("c\u0007i", task("a")),
            List.of(
                ": the name \"c?i\" is none for a run:"
                    + " 1 to 100 characters, no slash, no control characters")),
        Arguments.of(
            "a long name",
            run("x".repeat(101), task("a")),
            List.of(
                ": the name \"%s…\" is none for a run: 1 to 100 characters, no slash, no control characters"
                    .formatted("x".repeat(99)))),
        Arguments.of(
            "too many tasks",
            run("ci", Collections.nCopies(501, task("a")).toArray(TaskSpec[]::new)),
            List.of("tasks: a run has at most 500 tasks, not 501")),
        Arguments.of(
            "too many steps",
            run("ci", steps(Collections.nCopies(201, step("make")))),
            List.of("tasks.a: a task has at most 200 steps")),
        Arguments.of(
            "a step without command",
            run("ci", steps(List.of(step(" ")))),
            List.of("tasks.a.steps[0]: a run step has a command")),
        Arguments.of(
            "a depth of nothing",
            run("ci", steps(List.of(new Step.Clone("clone", 0, false)))),
            List.of("tasks.a.steps[0]: a depth is at least 1, not 0")),
        Arguments.of(
            "a variable that cannot be",
            with(Map.of("A=B", "c")),
            List.of(
                "environment: an environment has at most 500 variables,"
                    + " with names of 1 to 100 characters without '='")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("broken")
  void aBrokenRunIsCreatedInSetuperrorWithAllThatIsWrong(
      String what, RunSpec spec, List<String> errors) {
    var story = given(creating(spec));

    assertThat(story.run().phase()).isEqualTo(RunPhase.setuperror);
    assertThat(story.run().spec().setupErrors())
        .extracting(e -> e.place() + ": " + e.message())
        .isEqualTo(errors);
    assertThat(story.run().tasks()).isEmpty();
    assertThat(story.state.active()).isEmpty();
  }

  @Test
  void setupErrorsOfTheConfigurationAreKept() {
    var error = new SetupError("config.yml:3:1", "unknown field");
    var spec =
        new RunSpec(
            "ci",
            "/project/p1/branch/main",
            Map.of("a", "b"),
            List.of(error),
            Map.of(),
            Map.of(),
            List.of());
    var story = given(creating(spec));

    assertThat(story.run().phase()).isEqualTo(RunPhase.setuperror);
    assertThat(story.run().spec()).isEqualTo(spec);
  }

  @Test
  void aBrokenRunDoesNotKeepOthersWaiting() {
    given(creating(run("ci", task("a", "a")), run("ci", task("a"))))
        .and(new StartRun(Story.SECOND));
  }

  @Test
  void manyErrorsAreCutToAHundred() {
    var tasks = IntStream.range(0, 300).mapToObj(i -> task("t" + i, "nobody"));
    var errors =
        given(creating(run("ci", tasks.toArray(TaskSpec[]::new)))).run().spec().setupErrors();

    assertThat(errors).hasSize(101);
    assertThat(errors.getLast()).isEqualTo(new SetupError("", "and 200 more"));
  }

  @Test
  void aRunAtTheLimitsIsFine() {
    var chain =
        IntStream.range(0, 500)
            .mapToObj(i -> i == 499 ? task("t499") : task("t" + i, "t" + (i + 1)));
    var story = given(creating(run("x".repeat(100), chain.toArray(TaskSpec[]::new))));

    assertThat(story.run().phase()).isEqualTo(RunPhase.queued);
    assertThat(story.when(new StartRun(RUN)).events()).hasSize(2);
  }

  @Test
  void tooManyRunsAreRefused() {
    var decision =
        given()
            .when(
                new CreateRuns(
                    Story.ROOT, null, Collections.nCopies(101, run("ci", task("a"))), ""));

    assertThat(decision)
        .isEqualTo(
            RunLifeRulesTest.rejected(
                dev.millrace.events.Outcome.Code.INVALID, "at most 100 runs are created together"));
  }

  private static TaskSpec steps(List<Step> steps) {
    return new TaskSpec("a", List.of(), Map.of(), null, null, false, false, false, steps);
  }

  private static RunSpec with(Map<String, String> environment) {
    return new RunSpec(
        "ci",
        "/project/p1/branch/main",
        Map.of(),
        List.of(),
        Map.of(),
        environment,
        List.of(task("a")));
  }
}
