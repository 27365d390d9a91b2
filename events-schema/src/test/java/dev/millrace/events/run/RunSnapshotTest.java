package dev.millrace.events.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.events.ExecutorId;
import dev.millrace.events.ProjectId;
import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.UnreadableException;
import dev.millrace.events.run.RunSpec.SetupError;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class RunSnapshotTest {
  private static final RootGroup ROOT = RootGroup.of(new ProjectId("p1"));
  private static final RunId RUN = new RunId(ROOT, 1);
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @Test
  void aRunIsReadAsItWasWritten() {
    var attempt = new AttemptRef(RUN, "a", 1);
    var executor = new ExecutorRef(new ExecutorId("e1"), "life1");
    Run run =
        after(
            new RunEvent.RunCreated(RUN, spec(List.of())),
            new RunEvent.RunStarted(RUN),
            new RunEvent.TaskAnnotationsSet(RUN, "b", Map.of("k", "v")),
            new RunEvent.TaskReady(RUN, "a"),
            new RunEvent.TaskAssigned(attempt, executor),
            new RunEvent.TaskClaimed(attempt, executor),
            new RunEvent.StepStarted(attempt, 0),
            new RunEvent.StepFinished(
                attempt, 0, StepStatus.failed, 3, new LogRange(2, 10, 12, 345)),
            new RunEvent.TaskFinished(
                attempt, TaskOutcome.failure, TaskStatus.failed, "step \"make\" failed"),
            new RunEvent.TaskSkipped(RUN, "b"),
            new RunEvent.RunResultSet(RUN, RunResult.failed),
            new RunEvent.RunFinished(RUN));

    byte[] written = RunSnapshot.write(run);

    assertThat(RunSnapshot.read(written)).isEqualTo(run);
    assertThat(RunSnapshot.write(RunSnapshot.read(written))).isEqualTo(written);
  }

  @Test
  void aRunWithSetupErrorsIsReadAsItWasWritten() {
    Run run =
        after(
            new RunEvent.RunCreated(
                RUN, spec(List.of(new SetupError(".millrace/config.yml:1:1", "wrong")))));

    assertThat(RunSnapshot.read(RunSnapshot.write(run))).isEqualTo(run);
  }

  @Test
  void whatANewerMillraceAddsIsIgnoredAndAnotherFormatIsRefused() {
    Run run = after(new RunEvent.RunCreated(RUN, spec(List.of())));
    String json = new String(RunSnapshot.write(run), UTF_8);
    String more = json.replaceFirst("\\{", "{\"colour\":\"red\",");
    String other = json.replace("\"format\":1", "\"format\":2");

    assertThat(RunSnapshot.read(more.getBytes(UTF_8))).isEqualTo(run);
    assertThatThrownBy(() -> RunSnapshot.read(other.getBytes(UTF_8)))
        .isInstanceOf(UnreadableException.class)
        .hasMessageContaining("format 2");
    assertThatThrownBy(() -> RunSnapshot.read("{}".getBytes(UTF_8)))
        .isInstanceOf(UnreadableException.class);
  }

  private static Run after(RunEvent... events) {
    Runs state = Runs.EMPTY;
    for (RunEvent event : events) {
      state = RunEvolve.evolve(state, NOON, event);
    }
    return Objects.requireNonNull(state.run(RUN));
  }

  private static RunSpec spec(List<SetupError> errors) {
    var step = new TaskSpec.Step.Run("make", "make", Map.of("A", "b"), null, null);
    var a = new TaskSpec("a", List.of(), Map.of(), null, null, false, false, false, List.of(step));
    var b =
        new TaskSpec(
            "b",
            List.of(new TaskSpec.Dependency("a", List.of(TaskSpec.Condition.on_success))),
            Map.of(),
            null,
            null,
            true,
            false,
            false,
            List.of(step));
    return new RunSpec(
        "ci",
        "/project/p1/branch/main",
        Map.of("branch", "main"),
        errors,
        Map.of("COMMIT", "abc"),
        Map.of("X", "y"),
        List.of(a, b));
  }
}
