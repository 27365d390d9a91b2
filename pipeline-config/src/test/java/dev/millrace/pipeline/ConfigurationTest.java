package dev.millrace.pipeline;

import static dev.millrace.pipeline.Configs.runs;
import static dev.millrace.pipeline.Configs.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.run.TaskSpec;
import dev.millrace.events.run.TaskSpec.Condition;
import dev.millrace.events.run.TaskSpec.Dependency;
import dev.millrace.events.run.TaskSpec.Step;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigurationTest {
  private static TaskSpec only(String lines) {
    return runs(task(lines)).getFirst().tasks().getFirst();
  }

  @Test
  void readsEveryField() {
    List<PlannedRun> runs =
        runs(
            """
            runs:
              - name: build
                tasks:
                  - name: compile
                    environment: {MODE: fast, VERSION: 1.10, TIMES: 010, ON: yes, OFF: false}
                    working_dir: src
                    shell: /bin/bash -eu
                    steps:
                      - clone:
                      - run: make
                  - name: test
                    ignore_failure: true
                    depends: [compile]
                    steps:
                      - type: clone
                        depth: 1
                        recurse_submodules: true
                      - run:
                          name: unit
                          command: |
                            make test
                            make report
                          environment: {A: b}
                          working_dir: t
                          shell: /bin/sh
                  - name: ship
                    approval: true
                    depends:
                      - task: compile
                        conditions: [on_success, on_skipped]
                      - test: [on_failure]
            """);
    assertThat(runs)
        .containsExactly(
            new PlannedRun(
                "build",
                List.of(
                    new TaskSpec(
                        "compile",
                        List.of(),
                        Map.of(
                            "MODE", "fast", "VERSION", "1.10", "TIMES", "010", "ON", "yes", "OFF",
                            "false"),
                        "src",
                        "/bin/bash -eu",
                        false,
                        false,
                        false,
                        List.of(
                            new Step.Clone("clone", null, false),
                            new Step.Run("make", "make", Map.of(), null, null))),
                    new TaskSpec(
                        "test",
                        List.of(new Dependency("compile", List.of(Condition.on_success))),
                        Map.of(),
                        null,
                        null,
                        false,
                        true,
                        false,
                        List.of(
                            new Step.Clone("clone", 1, true),
                            new Step.Run(
                                "unit",
                                "make test\nmake report\n",
                                Map.of("A", "b"),
                                "t",
                                "/bin/sh"))),
                    new TaskSpec(
                        "ship",
                        List.of(
                            new Dependency(
                                "compile", List.of(Condition.on_success, Condition.on_skipped)),
                            new Dependency("test", List.of(Condition.on_failure))),
                        Map.of(),
                        null,
                        null,
                        true,
                        false,
                        false,
                        List.of()))));
  }

  @Test
  void everyFormOfAStepIsUnderstood() {
    assertThat(
            only("""
            steps:
              - clone
              - clone: {depth: 3}
              - {type: run, command: "true"}
              - {run: {command: "true", name: yes}}
              - run: |
                  one line
            """)
                .steps())
        .containsExactly(
            new Step.Clone("clone", null, false),
            new Step.Clone("clone", 3, false),
            new Step.Run("true", "true", Map.of(), null, null),
            new Step.Run("yes", "true", Map.of(), null, null),
            new Step.Run("one line", "one line\n", Map.of(), null, null));
  }

  @Test
  void aLongCommandIsNamedByItsFirstHundredCharacters() {
    Step step = only("steps:\n  - run: echo " + "ü".repeat(200)).steps().getFirst();
    assertThat(step.name()).isEqualTo("echo " + "ü".repeat(95));
  }

  @Test
  void aTaskNamedTaskCanBeDependedOnInTheShortForm() {
    String config =
        """
        runs:
          - name: r
            tasks:
              - name: task
              - name: other
                depends: [{task: [on_failure]}]
        """;
    assertThat(runs(config).getFirst().tasks().getLast().depends())
        .containsExactly(new Dependency("task", List.of(Condition.on_failure)));
  }

  @Test
  void aDependencyThatFollowsFromOthersIsAllowed() {
    String config =
        """
        runs:
          - name: r
            tasks:
              - name: a
              - {name: b, depends: [a]}
              - {name: c, depends: [b, a]}
        """;
    assertThat(runs(config).getFirst().tasks()).hasSize(3);
  }

  @Test
  void aRunMayHaveNoTasksAndATaskNoSteps() {
    assertThat(runs("runs: [{name: r, tasks: []}]")).hasSize(1);
    assertThat(only("steps: []").steps()).isEmpty();
  }

  @Test
  void jsonIsReadLikeYaml() {
    Evaluated json =
        Configs.json(
            """
            {"runs": [{"name": "r", "tasks": [
              {"name": "t", "environment": {"V": 1.10}, "steps": [{"run": "make"}]}]}]}
            """);
    assertThat(((Evaluated.Planned) json).runs())
        .isEqualTo(runs(task("environment: {V: 1.10}\nsteps: [run: make]")));
  }

  @Test
  void aliasesMayRepeatWhatIsThere() {
    String config =
        """
        runs:
          - name: r
            tasks:
              - {name: a, environment: &e {X: y}}
              - {name: b, environment: *e}
              - {name: c, environment: {<<: *e, X: z, Y: y}}
        """;
    assertThat(runs(config).getFirst().tasks())
        .extracting(TaskSpec::environment)
        .containsExactly(Map.of("X", "y"), Map.of("X", "y"), Map.of("X", "z", "Y", "y"));
  }

  @Test
  void theSpecTakesWhatTheTriggerKnows() {
    var spec =
        runs(task("steps: []"))
            .getFirst()
            .toSpec("/project/p/branch/main", Map.of("trigger", "push"), Map.of("CI", "true"));
    assertThat(spec.group()).isEqualTo("/project/p/branch/main");
    assertThat(spec.staticEnvironment()).containsEntry("CI", "true");
    assertThat(spec.tasks()).hasSize(1);
  }
}
