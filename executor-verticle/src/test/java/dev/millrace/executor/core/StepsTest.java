package dev.millrace.executor.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.events.RunId;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ClaimedTask;
import dev.millrace.events.run.TaskSpec;
import dev.millrace.events.run.TaskSpec.Step;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class StepsTest {
  private final Steps steps = new Steps("http://127.0.0.1:7420/git/");

  @Test
  void aStepHasItsOwnWordsThenTheTasks() {
    var task =
        task(
            "/bin/bash -e -u",
            "sub",
            new Step.Run("a", "make", Map.of(), null, null),
            new Step.Run("b", "test", Map.of("B", "step"), "~", "python3"));
    assertThat(steps.command(task, 0))
        .isEqualTo(
            new StepCommand(
                List.of("/bin/bash", "-e", "-u"),
                "make",
                Map.of(
                    "A", "task",
                    "B", "task",
                    "MILLRACE_RUN_NUMBER", "7",
                    "MILLRACE_TASK", "build",
                    "MILLRACE_ATTEMPT", "2"),
                "sub"));
    assertThat(steps.command(task, 1).shell()).containsExactly("python3");
    assertThat(steps.command(task, 1).workingDir()).isEqualTo("~");
    assertThat(steps.command(task, 1).environment()).containsEntry("B", "step");
  }

  @Test
  void withoutAWordTheShellIsShAndThePlaceTheProject() {
    var command =
        steps.command(task(null, null, new Step.Run("a", "make", Map.of(), null, null)), 0);
    assertThat(command.shell()).containsExactly("/bin/sh", "-e");
    assertThat(command.workingDir()).isEqualTo("project");
  }

  @Test
  void theTokenIsForTheCloneOnlyAndNotInItsScript() {
    var task =
        task(
            null,
            null,
            new Step.Clone("clone", 5, true),
            new Step.Run("a", "make", Map.of(), null, null));
    var clone = steps.command(task, 0);
    assertThat(clone.environment())
        .containsEntry("MILLRACE_CLONE_URL", "http://127.0.0.1:7420/git/p.git")
        .containsEntry("MILLRACE_CLONE_DEPTH", "5")
        .containsEntry("GIT_CONFIG_KEY_0", "http.http://127.0.0.1:7420/git/.extraHeader")
        .containsEntry(
            "GIT_CONFIG_VALUE_0", "Authorization: Basic bWlsbHJhY2U6c2VjcmV0"); // millrace:secret
    assertThat(clone.script()).doesNotContain("secret").doesNotContain("7420");
    assertThat(steps.command(task, 1).environment().toString()).doesNotContain("bWlsbHJhY2U");
    assertThat(clone.toString()).doesNotContain("bWlsbHJhY2U");
  }

  @Test
  void aRunOfAUserHasNothingToClone() {
    var task = task(null, null, new Step.Clone("clone", null, false));
    var ofUser =
        new ClaimedTask(
            new AttemptRef(RunId.parse("user/u/1"), "build", 1),
            task.task(),
            task.environment(),
            task.token());
    assertThatThrownBy(() -> steps.command(ofUser, 0))
        .hasMessage("a run of a user has no repository to clone");
  }

  private static ClaimedTask task(
      @Nullable String shell, @Nullable String workingDir, Step... steps) {
    return new ClaimedTask(
        new AttemptRef(RunId.parse("project/p/7"), "build", 2),
        new TaskSpec(
            "build", List.of(), Map.of(), workingDir, shell, false, false, false, List.of(steps)),
        Map.of("A", "task", "B", "task"),
        "secret");
  }
}
