package dev.millrace.runservice.core;

import static dev.millrace.runservice.core.RunLifeRulesTest.rejected;
import static dev.millrace.runservice.core.Story.E1;
import static dev.millrace.runservice.core.Story.E1_AGAIN;
import static dev.millrace.runservice.core.Story.E2;
import static dev.millrace.runservice.core.Story.NOON;
import static dev.millrace.runservice.core.Story.RUN;
import static dev.millrace.runservice.core.Story.end;
import static dev.millrace.runservice.core.Story.first;
import static dev.millrace.runservice.core.Story.given;
import static dev.millrace.runservice.core.Story.mayFail;
import static dev.millrace.runservice.core.Story.on;
import static dev.millrace.runservice.core.Story.run;
import static dev.millrace.runservice.core.Story.running;
import static dev.millrace.runservice.core.Story.task;
import static dev.millrace.runservice.core.Story.taskOn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bus.ledger.Rules.Due;
import dev.millrace.events.Outcome.Code;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.LogRange;
import dev.millrace.events.run.Run.StepState;
import dev.millrace.events.run.RunCommand.AssignTask;
import dev.millrace.events.run.RunCommand.ClaimTask;
import dev.millrace.events.run.RunCommand.DeclareLost;
import dev.millrace.events.run.RunCommand.ReportTask;
import dev.millrace.events.run.RunCommand.StopRun;
import dev.millrace.events.run.RunCommand.TaskEnd;
import dev.millrace.events.run.RunCommand.UnassignTask;
import dev.millrace.events.run.RunEvent.RunFinished;
import dev.millrace.events.run.RunEvent.RunResultSet;
import dev.millrace.events.run.RunEvent.RunStopping;
import dev.millrace.events.run.RunEvent.StepFinished;
import dev.millrace.events.run.RunEvent.StepStarted;
import dev.millrace.events.run.RunEvent.TaskCancelled;
import dev.millrace.events.run.RunEvent.TaskFinished;
import dev.millrace.events.run.RunEvent.TaskReady;
import dev.millrace.events.run.RunEvent.TaskSkipped;
import dev.millrace.events.run.RunEvent.TaskUnassigned;
import dev.millrace.events.run.RunPhase;
import dev.millrace.events.run.RunResult;
import dev.millrace.events.run.StepReport;
import dev.millrace.events.run.StepStatus;
import dev.millrace.events.run.TaskOutcome;
import dev.millrace.events.run.TaskSpec.Condition;
import dev.millrace.events.run.TaskStatus;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class TaskRulesTest {
  private static final LogRange LOG = new LogRange(3, 10, 12, 99);

  @Test
  void theEndOfATaskReadiesItsDependantInTheSameDecision() {
    var story = running(task("a"), task("b", "a")).held("a");

    assertThat(story.when(end("a", TaskOutcome.success)).events())
        .containsExactly(
            new TaskFinished(first("a"), TaskOutcome.success, TaskStatus.success, ""),
            new TaskReady(RUN, "b"));
  }

  @Test
  void theLastEndEndsTheRun() {
    var story = running(task("a")).held("a");

    assertThat(story.when(end("a", TaskOutcome.success)).events())
        .containsExactly(
            new TaskFinished(first("a"), TaskOutcome.success, TaskStatus.success, ""),
            new RunResultSet(RUN, RunResult.success),
            new RunFinished(RUN));
  }

  @Test
  void aTaskWaitsForAllItDependsOn() {
    var story = running(task("a"), task("b"), task("c", "a", "b")).ended("a", TaskOutcome.success);

    assertThat(story.task("c").ready()).isFalse();
    assertThat(story.ended("b", TaskOutcome.success).task("c").ready()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "success, on_success, true",
    "failure, on_success, false",
    "error,   on_failure, true",
    "timeout, on_failure, true",
    "success, on_failure, false",
    "success, on_skipped, false",
    "cancelled, on_success, false",
    "cancelled, on_failure, false"
  })
  void aConditionNamesHowTheOtherTaskHasToHaveEnded(
      TaskOutcome outcome, Condition condition, boolean runs) {
    var story =
        running(mayFail("a"), taskOn("b", on("a", condition)), task("c")).ended("a", outcome);

    assertThat(story.task("b").ready()).isEqualTo(runs);
    assertThat(story.task("b").status())
        .isEqualTo(runs ? TaskStatus.notstarted : TaskStatus.skipped);
  }

  @Test
  void oneDependencyThatDoesNotHoldSkipsTheTask() {
    var story =
        running(task("a"), mayFail("b"), task("c", "a", "b"))
            .ended("a", TaskOutcome.success)
            .ended("b", TaskOutcome.failure);

    assertThat(story.task("c").status()).isEqualTo(TaskStatus.skipped);
    assertThat(story.run().result()).isEqualTo(RunResult.success);
  }

  @Test
  void aFailureCancelsRootTasksThatNobodyHasAndLetsTheOthersGoOn() {
    var story =
        running(
                task("a"),
                task("held"),
                task("waiting"),
                taskOn("cleanup", on("a", Condition.on_failure)),
                task("after", "held"))
            .held("held")
            .held("a");

    assertThat(story.when(end("a", TaskOutcome.failure)).events())
        .containsExactly(
            new TaskFinished(first("a"), TaskOutcome.failure, TaskStatus.failed, ""),
            new TaskReady(RUN, "cleanup"),
            new RunResultSet(RUN, RunResult.failed),
            new TaskCancelled(RUN, "waiting"));
    story.and(end("held", TaskOutcome.success));
    assertThat(story.task("after").ready()).isTrue();
    story.ended("cleanup", TaskOutcome.success).ended("after", TaskOutcome.success);
    assertThat(story.run().phase()).isEqualTo(RunPhase.finished);
    assertThat(story.run().result()).isEqualTo(RunResult.failed);
  }

  @Test
  void anIgnoredFailureDoesNotFailTheRun() {
    var story = running(mayFail("a")).ended("a", TaskOutcome.failure);

    assertThat(story.run().result()).isEqualTo(RunResult.success);
    assertThat(story.task("a").status()).isEqualTo(TaskStatus.failed);
  }

  @Test
  void aRunWhoseTaskWasStoppedThoughNobodyAskedIsStopped() {
    assertThat(running(task("a")).ended("a", TaskOutcome.cancelled).run().result())
        .isEqualTo(RunResult.stopped);
  }

  @Test
  void stoppingTakesBackWhatIsNotClaimedAndWaitsForTheRest() {
    var story =
        running(task("held"), task("given"), task("ready"), task("after", "held")).held("held");
    story.and(new AssignTask(first("given"), E2));

    assertThat(story.when(new StopRun(RUN)).events())
        .containsExactly(
            new RunStopping(RUN),
            new TaskUnassigned(first("given"), E2, "the run is stopping"),
            new TaskSkipped(RUN, "given"),
            new TaskSkipped(RUN, "ready"),
            new TaskSkipped(RUN, "after"),
            new RunResultSet(RUN, RunResult.stopped));
    assertThat(story.run().phase()).isEqualTo(RunPhase.running);
    assertThat(story.when(new StopRun(RUN)))
        .isEqualTo(rejected(Code.WRONG_STATE, "run project/p1/1 is stopping"));
    story.and(end("held", TaskOutcome.failure));
    assertThat(story.run().phase()).isEqualTo(RunPhase.finished);
    assertThat(story.run().result()).isEqualTo(RunResult.stopped);
  }

  @Test
  void aRunThatFailedStaysFailedWhenItIsStopped() {
    var story = running(task("a"), task("b")).held("b").ended("a", TaskOutcome.failure);
    story.and(new StopRun(RUN), end("b", TaskOutcome.cancelled));

    assertThat(story.run().result()).isEqualTo(RunResult.failed);
    assertThat(story.run().phase()).isEqualTo(RunPhase.finished);
  }

  @Test
  void aRunWithNothingHeldEndsAtOnceWhenItIsStopped() {
    var story = running(task("a")).and(new StopRun(RUN));

    assertThat(story.run().phase()).isEqualTo(RunPhase.finished);
    assertThat(story.run().result()).isEqualTo(RunResult.stopped);
  }

  @Test
  void aTaskThatDependsOnAnotherIsNotAssigned() {
    assertThat(running(task("a"), task("b", "a")).when(new AssignTask(first("b"), E1)))
        .isEqualTo(
            rejected(Code.WRONG_STATE, "task \"b\" of run project/p1/1 is notstarted, not ready"));
  }

  @Test
  void aTaskIsAssignedToOneExecutor() {
    var story = running(task("a")).and(new AssignTask(first("a"), E1));

    assertThat(story.when(new AssignTask(first("a"), E2)))
        .isEqualTo(
            rejected(
                Code.WRONG_STATE,
                "task \"a\" of run project/p1/1 is given to executor e1 already"));
  }

  @Test
  void anotherAttemptThanTheNextIsNotAssigned() {
    assertThat(running(task("a")).when(new AssignTask(new AttemptRef(RUN, "a", 2), E1)))
        .isEqualTo(
            rejected(Code.STALE, "the next attempt at task \"a\" of run project/p1/1 is 1, not 2"));
  }

  @Test
  void aTaskOfAQueuedRunIsNotAssigned() {
    assertThat(given(Story.creating(run("a", task("a")))).when(new AssignTask(first("a"), E1)))
        .isEqualTo(rejected(Code.WRONG_STATE, "run project/p1/1 is queued, not running"));
  }

  @Test
  void anAttemptThatWasGivenBackKeepsItsNumber() {
    running(task("a"))
        .and(
            new AssignTask(first("a"), E1),
            new UnassignTask(first("a"), E1, "full"),
            new AssignTask(first("a"), E2),
            new ClaimTask(first("a"), E2));
  }

  @Test
  void onlyTheExecutorThatWasGivenTheTaskClaimsIt() {
    var story = running(task("a")).and(new AssignTask(first("a"), E1));

    assertThat(story.when(new ClaimTask(first("a"), E2)))
        .isEqualTo(rejected(Code.STALE, "attempt 1 at task \"a\" of run project/p1/1 is e1's"));
    assertThat(story.when(new ClaimTask(first("a"), E1_AGAIN)))
        .isEqualTo(
            rejected(
                Code.STALE, "attempt 1 at task \"a\" of run project/p1/1 is e1's of another life"));
  }

  @Test
  void anAttemptIsClaimedOnce() {
    assertThat(running(task("a")).held("a").when(new ClaimTask(first("a"), E1)))
        .isEqualTo(
            rejected(
                Code.WRONG_STATE,
                "attempt 1 at task \"a\" of run project/p1/1 is claimed already"));
  }

  @Test
  void aClaimedAttemptIsNotGivenBack() {
    assertThat(running(task("a")).held("a").when(new UnassignTask(first("a"), E1, "full")))
        .isEqualTo(
            rejected(
                Code.WRONG_STATE,
                "attempt 1 at task \"a\" of run project/p1/1 is claimed already"));
  }

  @Test
  void nothingIsReportedBeforeTheClaim() {
    var story = running(task("a")).and(new AssignTask(first("a"), E1));

    assertThat(story.when(end("a", TaskOutcome.success)))
        .isEqualTo(
            rejected(
                Code.WRONG_STATE, "attempt 1 at task \"a\" of run project/p1/1 is not claimed"));
  }

  @Test
  void anExecutorThatStartedAnewCannotReportForItsFormerLife() {
    assertThat(
            running(task("a"))
                .held("a")
                .when(
                    new ReportTask(
                        first("a"), E1_AGAIN, List.of(), new TaskEnd(TaskOutcome.success, ""))))
        .isEqualTo(
            rejected(
                Code.STALE, "attempt 1 at task \"a\" of run project/p1/1 is e1's of another life"));
  }

  @Test
  void anAttemptEndsOnce() {
    var story = running(task("a"), task("b")).ended("a", TaskOutcome.success);

    assertThat(story.when(end("a", TaskOutcome.success)))
        .isEqualTo(rejected(Code.STALE, "attempt 1 at task \"a\" of run project/p1/1 is over"));
  }

  @Test
  void stepsAreReportedAsTheyGo() {
    var story = running(task("a")).held("a");

    assertThat(story.when(report(new StepReport(0, StepStatus.running, null, null))).events())
        .containsExactly(new StepStarted(first("a"), 0));
    assertThat(
            story
                .when(
                    report(
                        new StepReport(0, StepStatus.success, 0, LOG),
                        new StepReport(1, StepStatus.running, null, null)))
                .events())
        .containsExactly(
            new StepFinished(first("a"), 0, StepStatus.success, 0, LOG),
            new StepStarted(first("a"), 1));
  }

  @Test
  void aStepThatEndedBeforeItsStartWasReportedHasBoth() {
    var story = running(task("a")).held("a");

    assertThat(story.when(report(new StepReport(0, StepStatus.failed, 3, LOG))).events())
        .containsExactly(
            new StepStarted(first("a"), 0),
            new StepFinished(first("a"), 0, StepStatus.failed, 3, LOG));
  }

  @Test
  void whatIsKnownOfAStepMayBeReportedAgain() {
    var done = report(new StepReport(0, StepStatus.success, 0, LOG));
    var story = running(task("a")).held("a").and(done);

    assertThat(story.when(done).events()).isEmpty();
    assertThat(story.when(report(new StepReport(0, StepStatus.running, null, null))).events())
        .isEmpty();
  }

  @Test
  void aStepDoesNotEndTwiceInDifferentWays() {
    var story =
        running(task("a")).held("a").and(report(new StepReport(0, StepStatus.success, 0, LOG)));

    assertThat(story.when(report(new StepReport(0, StepStatus.failed, 1, LOG))))
        .isEqualTo(
            rejected(Code.STALE, "step 0 of task \"a\" of run project/p1/1 has ended as success"));
  }

  @Test
  void aStepThatDoesNotExistIsInvalid() {
    assertThat(
            running(task("a"))
                .held("a")
                .when(report(new StepReport(2, StepStatus.running, null, null))))
        .isEqualTo(rejected(Code.INVALID, "task \"a\" of run project/p1/1 has no step 2"));
  }

  @Test
  void stepsThatWereNotReportedAreNotStartedAtTheEnd() {
    var story =
        running(task("a"))
            .held("a")
            .and(report(new StepReport(0, StepStatus.running, null, null)))
            .and(end("a", TaskOutcome.timeout));

    var steps = story.task("a").attempts().getFirst().steps();
    assertThat(steps)
        .extracting(StepState::status)
        .containsExactly(StepStatus.stopped, StepStatus.notstarted);
  }

  @Test
  void aLostExecutorFailsWhatItHeld() {
    var story = running(task("a"), task("b", "a")).held("a");

    assertThat(story.when(new DeclareLost(first("a"), E1)).events())
        .containsExactly(
            new TaskFinished(
                first("a"), TaskOutcome.lost, TaskStatus.failed, "executor e1 is lost"),
            new TaskSkipped(RUN, "b"),
            new RunResultSet(RUN, RunResult.failed),
            new RunFinished(RUN));
  }

  @Test
  void aLostExecutorGivesBackWhatItHadNotClaimed() {
    var story = running(task("a")).and(new AssignTask(first("a"), E1));

    assertThat(story.when(new DeclareLost(first("a"), E1)).events())
        .containsExactly(new TaskUnassigned(first("a"), E1, "executor e1 is lost"));
    assertThat(story.task("a").ready()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(TaskOutcome.class)
  void aReportAfterTheLossIsStale(TaskOutcome outcome) {
    var story =
        running(task("a"), task("b")).held("b").held("a").and(new DeclareLost(first("a"), E1));

    assertThat(story.when(end("a", outcome)))
        .isEqualTo(rejected(Code.STALE, "attempt 1 at task \"a\" of run project/p1/1 is over"));
  }

  @Test
  void whatIsNotClaimedInTimeIsTakenBack() {
    var story = running(task("a"));
    assertThat(story.rules.nextDue(story.state)).isNull();
    story.and(new AssignTask(first("a"), E1));
    var due = new Due("project/p1/1/a/1", NOON.plusSeconds(30));
    assertThat(story.rules.nextDue(story.state)).isEqualTo(due);

    story.later(Duration.ofSeconds(31));
    assertThat(story.evolve(story.rules.tick(story.state, due, story.at, () -> "")).events())
        .containsExactly(new TaskUnassigned(first("a"), E1, "not claimed within 30 s"));
    assertThat(story.rules.nextDue(story.state)).isNull();
  }

  @Test
  void whatIsClaimedIsNotDue() {
    var story = running(task("a")).held("a");

    assertThat(story.rules.nextDue(story.state)).isNull();
    assertThat(
            story
                .rules
                .tick(story.state, new Due("project/p1/1/a/1", NOON), NOON, () -> "")
                .events())
        .isEmpty();
  }

  @Test
  void aRootTaskOfAFailedRunThatIsGivenBackIsCancelled() {
    var story = running(task("a"), task("b")).and(new AssignTask(first("b"), E2));
    story.ended("a", TaskOutcome.failure);

    assertThat(story.when(new UnassignTask(first("b"), E2, "full")).events())
        .containsExactly(
            new TaskUnassigned(first("b"), E2, "full"),
            new TaskCancelled(RUN, "b"),
            new RunFinished(RUN));
  }

  private static ReportTask report(StepReport... steps) {
    return new ReportTask(first("a"), E1, List.of(steps), null);
  }
}
