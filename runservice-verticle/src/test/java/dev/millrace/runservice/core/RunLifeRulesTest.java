package dev.millrace.runservice.core;

import static dev.millrace.runservice.core.Story.NOON;
import static dev.millrace.runservice.core.Story.ROOT;
import static dev.millrace.runservice.core.Story.RUN;
import static dev.millrace.runservice.core.Story.SECOND;
import static dev.millrace.runservice.core.Story.creating;
import static dev.millrace.runservice.core.Story.delivered;
import static dev.millrace.runservice.core.Story.given;
import static dev.millrace.runservice.core.Story.on;
import static dev.millrace.runservice.core.Story.run;
import static dev.millrace.runservice.core.Story.running;
import static dev.millrace.runservice.core.Story.skipped;
import static dev.millrace.runservice.core.Story.task;
import static dev.millrace.runservice.core.Story.taskOn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.Decision;
import dev.millrace.events.Outcome.Code;
import dev.millrace.events.RunId;
import dev.millrace.events.run.ConcurrencyKey;
import dev.millrace.events.run.RunCommand.CancelRun;
import dev.millrace.events.run.RunCommand.CreateRuns;
import dev.millrace.events.run.RunCommand.DeleteLogs;
import dev.millrace.events.run.RunCommand.DeleteRun;
import dev.millrace.events.run.RunCommand.StartRun;
import dev.millrace.events.run.RunCommand.StopRun;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.RunEvent.DeliverySettled;
import dev.millrace.events.run.RunEvent.LogsDeleted;
import dev.millrace.events.run.RunEvent.RunCreated;
import dev.millrace.events.run.RunEvent.RunDeleted;
import dev.millrace.events.run.RunEvent.RunFinished;
import dev.millrace.events.run.RunEvent.RunResultSet;
import dev.millrace.events.run.RunEvent.RunStarted;
import dev.millrace.events.run.RunEvent.TaskReady;
import dev.millrace.events.run.RunEvent.TaskSkipped;
import dev.millrace.events.run.RunEvolve;
import dev.millrace.events.run.RunPhase;
import dev.millrace.events.run.RunResult;
import dev.millrace.events.run.TaskSpec.Condition;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RunLifeRulesTest {
  @Test
  void runsOfOneCommandAreCreatedTogetherAndNumberedOn() {
    var decision = given().when(creating(run("a", task("t")), run("b", task("t"))));

    assertThat(decision)
        .isEqualTo(
            Decision.accept(
                "project/p1/1,project/p1/2",
                List.of(
                    new RunCreated(RUN, run("a", task("t"))),
                    new RunCreated(SECOND, run("b", task("t"))))));
  }

  @Test
  void oneRunOfAnotherGroupRefusesThemAll() {
    var decision =
        given().when(creating(run("a", task("t")), run("/project/p2/branch/main", "b", task("t"))));

    assertThat(decision)
        .isEqualTo(
            rejected(Code.INVALID, "the group of a run of project/p1 starts with /project/p1"));
  }

  @Test
  void aGroupThatOnlyBeginsLikeTheRootGroupIsRefused() {
    assertThat(given().when(creating(run("/project/p10/branch/main", "a"))))
        .isEqualTo(
            rejected(Code.INVALID, "the group of a run of project/p1 starts with /project/p1"));
  }

  @Test
  void aDeliveryIsSettledTogetherWithItsRuns() {
    var decision = given().when(delivered(7, run("a", task("t"))));

    assertThat(decision.events())
        .containsExactly(
            new RunCreated(RUN, run("a", task("t"))),
            new DeliverySettled(ROOT, 7, List.of(RUN), ""));
  }

  @Test
  void aDeliveryWithoutRunsIsSettledWithItsReason() {
    assertThat(given().when(delivered(0)).events())
        .containsExactly(new DeliverySettled(ROOT, 0, List.of(), "nothing to do"));
  }

  @Test
  void aDeliveryAtOrBelowTheMarkIsStale() {
    var story = given(delivered(7));

    assertThat(story.when(delivered(7, run("a"))))
        .isEqualTo(rejected(Code.STALE, "delivery 7 of project/p1 is settled already"));
    assertThat(story.when(delivered(6, run("a"))))
        .isEqualTo(rejected(Code.STALE, "delivery 6 of project/p1 is settled already"));
  }

  @Test
  void nothingToCreateIsRefused() {
    assertThat(given().when(new CreateRuns(ROOT, null, List.of(), "")))
        .isEqualTo(rejected(Code.INVALID, "there is no run to create"));
  }

  @Test
  void aRunWithoutTasksSucceedsInTheDecisionThatStartsIt() {
    assertThat(given(creating(run("a"))).when(new StartRun(RUN)).events())
        .containsExactly(
            new RunStarted(RUN), new RunResultSet(RUN, RunResult.success), new RunFinished(RUN));
  }

  @Test
  void onlyARunThatHasEndedCanBeDeletedAndTwiceIsNoError() {
    var story = given(creating(run("a")));

    assertThat(story.when(new DeleteRun(RUN)))
        .isEqualTo(rejected(Code.WRONG_STATE, "run project/p1/1 is queued and has not ended"));
    assertThat(story.when(new DeleteLogs(RUN, "t")))
        .isEqualTo(rejected(Code.WRONG_STATE, "run project/p1/1 is queued and has not ended"));
    var ended = given(creating(run("a")), new StartRun(RUN));
    assertThat(ended.when(new DeleteRun(RUN)).events()).containsExactly(new RunDeleted(RUN));
    assertThat(ended.when(new DeleteLogs(RUN, "t")).events())
        .containsExactly(new LogsDeleted(RUN, "t"));
    var deleted = given(creating(run("a")), new StartRun(RUN), new DeleteRun(RUN));
    assertThat(deleted.when(new DeleteRun(RUN)).events()).containsExactly(new RunDeleted(RUN));
    var never = new RunId(ROOT, 2);
    assertThat(deleted.when(new DeleteRun(never)))
        .isEqualTo(rejected(Code.NOT_FOUND, "there is no run project/p1/2"));
    assertThat(deleted.when(creating(run("a"))).events())
        .as("its number is not given again")
        .containsExactly(new RunCreated(never, run("a")));
  }

  @Test
  void aChainOfSkippedTasksIsSettledInTheDecisionThatStartsTheRun() {
    // in the order of the tasks the last comes first, so one pass is not enough
    var tasks = run("a", task("c", "b"), task("b", "a"), skipped("a"));

    assertThat(given(creating(tasks)).when(new StartRun(RUN)).events())
        .containsExactly(
            new RunStarted(RUN),
            new TaskSkipped(RUN, "b"),
            new TaskSkipped(RUN, "c"),
            new RunResultSet(RUN, RunResult.success),
            new RunFinished(RUN));
  }

  @Test
  void aTaskOnASkippedOneMayRun() {
    var story = running(skipped("a"), taskOn("b", on("a", Condition.on_skipped)));

    assertThat(story.task("b").ready()).isTrue();
  }

  @Test
  void rootTasksAreReadyInTheirOrder() {
    assertThat(
            given(creating(run("a", task("z"), task("y"), task("x", "z"))))
                .when(new StartRun(RUN))
                .events())
        .containsExactly(new RunStarted(RUN), new TaskReady(RUN, "z"), new TaskReady(RUN, "y"));
  }

  @Test
  void aRunWaitsWhileOneOfItsGroupAndNameIsRunning() {
    var story = given(creating(run("a", task("t")), run("a", task("t"))), new StartRun(RUN));

    assertThat(story.when(new StartRun(SECOND)))
        .isEqualTo(
            rejected(
                Code.WRONG_STATE,
                "run project/p1/2 is queued behind run project/p1/1, which is running"));
  }

  @Test
  void theOldestQueuedRunOfAGroupStartsFirst() {
    var story = given(creating(run("a", task("t")), run("a", task("t"))));

    assertThat(story.when(new StartRun(SECOND)))
        .isEqualTo(
            rejected(
                Code.WRONG_STATE,
                "run project/p1/2 is queued behind run project/p1/1, which was created earlier"));
  }

  @Test
  void runsOfOtherNamesOrGroupsDoNotWait() {
    given(
            creating(
                run("a", task("t")),
                run("b", task("t")),
                run("/project/p1/branch/other", "a", task("t"))),
            new StartRun(RUN))
        .and(new StartRun(SECOND), new StartRun(new dev.millrace.events.RunId(ROOT, 3)));
  }

  @Test
  void theNextRunStartsOnceTheOneBeforeHasEnded() {
    var story = given(creating(run("a"), run("a", task("t"))), new StartRun(RUN));

    assertThat(story.run().phase()).isEqualTo(RunPhase.finished);
    story.and(new StartRun(SECOND));
  }

  @Test
  void aCancelledRunFreesItsPlace() {
    var story =
        given(creating(run("a", task("t")), run("a", task("t"))), new CancelRun(RUN))
            .and(new StartRun(SECOND));

    assertThat(story.run().phase()).isEqualTo(RunPhase.cancelled);
    assertThat(story.run().endedAt()).isEqualTo(NOON);
  }

  @Test
  void aFrozenRunHoldsItsPlace() {
    var story = given(creating(run("a", task("t")), run("a", task("t"))), new StartRun(RUN));
    story.state = RunEvolve.freeze(story.state, new RunFinished(RUN), "it makes no sense");

    assertThat(story.when(new StartRun(SECOND)))
        .isEqualTo(
            rejected(
                Code.WRONG_STATE,
                "run project/p1/2 is queued behind run project/p1/1, which is running"));
    assertThat(story.when(new StopRun(RUN)))
        .isEqualTo(rejected(Code.WRONG_STATE, "run project/p1/1 is frozen: it makes no sense"));
  }

  @Test
  void aRunIsStartedOnce() {
    assertThat(running(task("t")).when(new StartRun(RUN)))
        .isEqualTo(rejected(Code.WRONG_STATE, "run project/p1/1 is running, not queued"));
  }

  @Test
  void onlyAQueuedRunIsCancelled() {
    assertThat(running(task("t")).when(new CancelRun(RUN)))
        .isEqualTo(rejected(Code.WRONG_STATE, "run project/p1/1 is running, not queued"));
  }

  @Test
  void onlyARunningRunIsStopped() {
    assertThat(given(creating(run("a", task("t")))).when(new StopRun(RUN)))
        .isEqualTo(rejected(Code.WRONG_STATE, "run project/p1/1 is queued, not running"));
  }

  @Test
  void whatDoesNotExistIsNotFound() {
    assertThat(given().when(new StartRun(RUN)))
        .isEqualTo(rejected(Code.NOT_FOUND, "there is no run project/p1/1"));
  }

  @Test
  void anotherRevisionThanTheExpectedOneIsAConflict() {
    var story = given(creating(run("a", task("t"))));
    story.expected = 3L;

    assertThat(story.when(new StartRun(RUN)))
        .isEqualTo(rejected(Code.CONFLICT, "run project/p1/1 has revision 1, not 3"));
  }

  @Test
  void theIndexesHoldActiveRunsOnly() {
    var story = given(creating(run("a"), run("a", task("t"))), new StartRun(RUN));

    assertThat(story.state.active().values()).containsExactly(SECOND);
    assertThat(story.state.lane(new ConcurrencyKey("/project/p1/branch/main", "a")).next())
        .isEqualTo(SECOND);
  }

  static Decision<RunEvent> rejected(Code code, String message) {
    return Decision.reject(code, message);
  }
}
