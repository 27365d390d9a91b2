package dev.millrace.executor.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.ExecutorId;
import dev.millrace.events.RunId;
import dev.millrace.events.run.Assignment;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ClaimedTask;
import dev.millrace.events.run.ExecutorRef;
import dev.millrace.events.run.LogRange;
import dev.millrace.events.run.RunCommand.TaskEnd;
import dev.millrace.events.run.StepReport;
import dev.millrace.events.run.StepStatus;
import dev.millrace.events.run.TaskOutcome;
import dev.millrace.events.run.TaskSpec;
import dev.millrace.events.run.TaskSpec.Step;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class AgentTest {
  private static final ExecutorRef SELF = new ExecutorRef(new ExecutorId("e"), "one");
  private static final AttemptRef BUILD = attempt("build");
  private static final AttemptRef TEST = attempt("test");
  private static final LogRange LOG = new LogRange(0, 1, 2, 3);

  private final Agent agent = new Agent(SELF, 1, new Steps("http://h/git"));

  @Test
  void nothingIsRunBeforeTheClaimIsAccepted() {
    assertThat(agent.assigned(start(BUILD)))
        .containsExactly(new Order.Claim(BUILD, 7), new Order.Prepare(BUILD));
    assertThat(agent.prepared(BUILD)).isEmpty();
    assertThat(agent.claimed(task(BUILD, "make")))
        .satisfiesExactly(
            run -> assertThat(run).isInstanceOf(Order.RunStep.class),
            report -> assertThat(report).isEqualTo(running(BUILD, 0)));
  }

  @Test
  void aClaimedTaskWaitsForItsWorkspace() {
    agent.assigned(start(BUILD));
    assertThat(agent.claimed(task(BUILD, "make"))).isEmpty();
    assertThat(agent.prepared(BUILD)).first().isInstanceOf(Order.RunStep.class);
  }

  @Test
  void aRepeatedAssignmentIsNothingNew() {
    agent.assigned(start(BUILD));
    assertThat(agent.assigned(start(BUILD))).isEmpty();
    begin(BUILD, "make");
    assertThat(agent.assigned(start(BUILD))).isEmpty();
    agent.ended(BUILD, 0, new StepExit.Exited(0), LOG);
    assertThat(agent.assigned(start(BUILD))).isEmpty();
  }

  @Test
  void aRefusedAttemptMayBeGivenAgain() {
    agent.assigned(start(BUILD));
    assertThat(agent.refused(BUILD)).containsExactly(new Order.Remove(BUILD));
    assertThat(agent.assigned(start(BUILD))).first().isEqualTo(new Order.Claim(BUILD, 7));
  }

  @Test
  void anAssignmentForAnotherIncarnationIsNotOurs() {
    var other = new ExecutorRef(SELF.id(), "two");
    assertThat(agent.assigned(new Assignment(Assignment.Kind.start, BUILD, other, 0, 7, null)))
        .isEmpty();
  }

  @Test
  void withoutAFreeSlotTheAttemptIsGivenBack() {
    agent.assigned(start(BUILD));
    assertThat(agent.assigned(start(TEST)))
        .containsExactly(new Order.Unassign(TEST, "executor e has no free slot"));
    begin(BUILD, "make");
    agent.ended(BUILD, 0, new StepExit.Exited(0), LOG);
    assertThat(agent.assigned(start(TEST))).contains(new Order.Claim(TEST, 7));
  }

  @Test
  void theEndOfAStepAndTheBeginOfTheNextAreOneReport() {
    begin(BUILD, "one", "two");
    assertThat(agent.ended(BUILD, 0, new StepExit.Exited(0), LOG))
        .last()
        .isEqualTo(
            new Order.Report(
                BUILD,
                List.of(
                    new StepReport(0, StepStatus.success, 0, LOG),
                    new StepReport(1, StepStatus.running, null, null)),
                null));
    assertThat(agent.ended(BUILD, 1, new StepExit.Exited(0), LOG))
        .containsExactly(
            new Order.Report(
                BUILD,
                List.of(new StepReport(1, StepStatus.success, 0, LOG)),
                new TaskEnd(TaskOutcome.success, "")),
            new Order.Remove(BUILD));
    assertThat(agent.held()).isEmpty();
  }

  @Test
  void theFirstFailureEndsTheTask() {
    begin(BUILD, "one", "two");
    assertThat(agent.ended(BUILD, 0, new StepExit.Exited(3), LOG))
        .containsExactly(
            new Order.Report(
                BUILD,
                List.of(new StepReport(0, StepStatus.failed, 3, LOG)),
                new TaskEnd(TaskOutcome.failure, "step 1 (one) exited with status 3")),
            new Order.Remove(BUILD));
  }

  @Test
  void aStepThatCannotBeRunIsAnError() {
    begin(BUILD, "one");
    assertThat(agent.ended(BUILD, 0, new StepExit.Failed("no such shell"), LOG))
        .first()
        .isEqualTo(
            new Order.Report(
                BUILD,
                List.of(new StepReport(0, StepStatus.failed, null, LOG)),
                new TaskEnd(TaskOutcome.error, "step 1 (one): no such shell")));
  }

  @Test
  void aTaskWithoutStepsSucceeds() {
    agent.assigned(start(BUILD));
    agent.prepared(BUILD);
    assertThat(agent.claimed(task(BUILD)))
        .first()
        .isEqualTo(new Order.Report(BUILD, List.of(), new TaskEnd(TaskOutcome.success, "")));
  }

  @Test
  void aStoppedTaskEndsOnceItsStepHas() {
    begin(BUILD, "one", "two");
    assertThat(agent.assigned(stop(BUILD))).containsExactly(new Order.Stop(BUILD));
    assertThat(agent.assigned(stop(BUILD))).isEmpty();
    assertThat(agent.held()).containsExactly(BUILD);
    assertThat(agent.ended(BUILD, 0, new StepExit.Exited(0), LOG))
        .containsExactly(
            new Order.Report(
                BUILD,
                List.of(new StepReport(0, StepStatus.stopped, null, LOG)),
                new TaskEnd(TaskOutcome.cancelled, "the run is stopping")),
            new Order.Remove(BUILD));
  }

  @Test
  void aTaskThatIsStoppedWhileItIsClaimedRunsNothing() {
    agent.assigned(start(BUILD));
    agent.prepared(BUILD);
    assertThat(agent.assigned(stop(BUILD))).isEmpty();
    assertThat(agent.claimed(task(BUILD, "one")))
        .containsExactly(
            new Order.Report(
                BUILD, List.of(), new TaskEnd(TaskOutcome.cancelled, "the run is stopping")),
            new Order.Remove(BUILD));
  }

  @Test
  void withoutAWorkspaceTheTaskIsAnErrorOnceItIsClaimed() {
    agent.assigned(start(BUILD));
    assertThat(agent.notPrepared(BUILD, "disk full")).isEmpty();
    assertThat(agent.claimed(task(BUILD, "one")))
        .first()
        .isEqualTo(new Order.Report(BUILD, List.of(), new TaskEnd(TaskOutcome.error, "disk full")));
  }

  @Test
  void theWorkspaceOfARefusedAttemptIsRemovedWheneverItComes() {
    agent.assigned(start(BUILD));
    agent.refused(BUILD);
    assertThat(agent.prepared(BUILD)).containsExactly(new Order.Remove(BUILD));
  }

  @Test
  void whoLeavesStopsEverythingAndTakesNothing() {
    begin(BUILD, "one");
    assertThat(agent.leave("closing")).containsExactly(new Order.Stop(BUILD));
    assertThat(agent.assigned(start(TEST))).containsExactly(new Order.Unassign(TEST, "closing"));
    assertThat(agent.ended(BUILD, 0, new StepExit.Stopped(), LOG))
        .first()
        .isEqualTo(
            new Order.Report(
                BUILD,
                List.of(new StepReport(0, StepStatus.stopped, null, LOG)),
                new TaskEnd(TaskOutcome.lost, "closing")));
  }

  @Test
  void whoLosesItsLeaseHoldsNothing() {
    begin(BUILD, "one");
    assertThat(agent.lose("late"))
        .containsExactly(new Order.Report(BUILD, List.of(), new TaskEnd(TaskOutcome.lost, "late")));
    assertThat(agent.held()).isEmpty();
    assertThat(agent.ended(BUILD, 0, new StepExit.Exited(0), LOG)).isEmpty();
  }

  private void begin(AttemptRef attempt, String... steps) {
    agent.assigned(start(attempt));
    agent.prepared(attempt);
    agent.claimed(task(attempt, steps));
  }

  private static Order.Report running(AttemptRef attempt, int step) {
    return new Order.Report(
        attempt, List.of(new StepReport(step, StepStatus.running, null, null)), null);
  }

  private static Assignment start(AttemptRef attempt) {
    return new Assignment(Assignment.Kind.start, attempt, SELF, 0, 7, null);
  }

  private static Assignment stop(AttemptRef attempt) {
    return new Assignment(Assignment.Kind.stop, attempt, SELF, 0, 8, "the run is stopping");
  }

  private static AttemptRef attempt(String task) {
    return new AttemptRef(RunId.parse("project/p/1"), task, 1);
  }

  private static ClaimedTask task(AttemptRef attempt, String... commands) {
    List<Step> steps =
        List.of(commands).stream()
            .<Step>map(name -> new Step.Run(name, name, Map.of(), null, null))
            .toList();
    return new ClaimedTask(
        attempt,
        new TaskSpec(attempt.task(), List.of(), Map.of(), null, null, false, false, false, steps),
        Map.of(),
        "secret");
  }
}
