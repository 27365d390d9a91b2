package dev.millrace.scheduler.core;

import static dev.millrace.scheduler.core.Stage.approved;
import static dev.millrace.scheduler.core.Stage.assigned;
import static dev.millrace.scheduler.core.Stage.created;
import static dev.millrace.scheduler.core.Stage.executor;
import static dev.millrace.scheduler.core.Stage.first;
import static dev.millrace.scheduler.core.Stage.ready;
import static dev.millrace.scheduler.core.Stage.run;
import static dev.millrace.scheduler.core.Stage.started;
import static dev.millrace.scheduler.core.Stage.status;
import static dev.millrace.scheduler.core.Stage.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.run.ExecutorRef;
import dev.millrace.events.run.RunCommand.AssignTask;
import dev.millrace.events.run.RunCommand.StartRun;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.RunResult;
import dev.millrace.events.run.TaskOutcome;
import dev.millrace.events.run.TaskStatus;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class StartingTest {
  private static final ExecutorRef EX = executor("ex", "1");
  private final Stage stage = new Stage();

  @Test
  void aRunOfAFreeGroupStartsAtOnce() {
    assertThat(stage.when(created(1, "ci", task("a")))).containsExactly(new StartRun(run(1)));
  }

  @Test
  void whatIsCertainToBeReadyIsGivenAwayRightBehindTheStart() {
    stage.heard(status(EX, 2));

    assertThat(stage.when(created(1, "ci", task("a"), task("b", "a"), approved("c"), task("d"))))
        .containsExactly(
            new StartRun(run(1)),
            new AssignTask(first(1, "a"), EX),
            new AssignTask(first(1, "d"), EX));
    assertThat(stage.granted(new StartRun(run(1)), started(1), ready(1, "a"), ready(1, "d")))
        .isEmpty();
  }

  @Test
  void nothingIsGivenAwayBehindTheStartBeforeTasksThatHaveWaitedLonger() {
    stage.when(created(1, "one", task("a")), created(2, "two", task("a")));
    stage.when(started(1), ready(1, "a"));

    assertThat(stage.heard(status(EX, 1))).containsExactly(new AssignTask(first(1, "a"), EX));
    assertThat(stage.when(created(3, "three", task("a")))).containsExactly(new StartRun(run(3)));
  }

  @Test
  void runsOfOneNameInOneGroupRunOneAfterTheOtherInTheOrderOfCreation() {
    assertThat(stage.when(created(1, "ci", task("a")), created(2, "ci"), created(3, "ci")))
        .containsExactly(new StartRun(run(1)));
    assertThat(stage.granted(new StartRun(run(1)), started(1), ready(1, "a"))).isEmpty();
    assertThat(stage.when(finished(1, "a"))).containsExactly(new StartRun(run(2)));
    assertThat(stage.granted(new StartRun(run(2)), started(2))).isEmpty();
  }

  @Test
  void runsOfAnotherNameDoNotWait() {
    assertThat(stage.when(created(1, "ci"), created(2, "nightly")))
        .containsExactly(new StartRun(run(1)), new StartRun(run(2)));
  }

  @Test
  void theNextInLineStartsWhenTheFirstIsCancelled() {
    stage.when(created(1, "ci"), created(2, "ci"));

    assertThat(stage.when(new RunEvent.RunCancelled(run(1)))).containsExactly(new StartRun(run(2)));
    assertThat(stage.refused(new StartRun(run(1)))).isEmpty();
  }

  @Test
  void aStartThatWasLostIsAskedForAgain() {
    stage.when(created(1, "ci", task("a")));

    assertThat(stage.after(Duration.ofMillis(4_900))).isEmpty();
    assertThat(stage.after(Duration.ofMillis(200))).containsExactly(new StartRun(run(1)));
  }

  @Test
  void aStartThatWasDecidedIsNotAskedForAgain() {
    stage.when(created(1, "ci", task("a")));
    stage.granted(new StartRun(run(1)), started(1), ready(1, "a"));

    assertThat(stage.after(Duration.ofMinutes(1))).isEmpty();
  }

  @Test
  void aFrozenRunHoldsUpItsLine() {
    stage.when(created(1, "ci", task("a")), created(2, "ci"), created(3, "other"));
    stage.freeze(started(1));

    assertThat(stage.after(Duration.ofMinutes(1))).doesNotContain(new StartRun(run(2)));
  }

  @Test
  void aSchedulerThatKnowsNothingBeginsWhereTheLedgerStands() {
    stage.heard(status(EX, 5));
    stage.when(created(1, "ci", task("a"), task("b")), created(2, "ci"), created(3, "other"));
    stage.when(started(1), ready(1, "a"), ready(1, "b"), assigned(1, "a", EX));

    assertThat(stage.restarted()).containsExactly(new StartRun(run(3)));
    assertThat(stage.heard(status(EX, 5, first(1, "a"))))
        .containsExactly(new AssignTask(first(1, "b"), EX));
  }

  private RunEvent[] finished(long run, String task) {
    return new RunEvent[] {
      assigned(run, task, EX),
      new RunEvent.TaskClaimed(first(run, task), EX),
      new RunEvent.TaskFinished(first(run, task), TaskOutcome.success, TaskStatus.success, ""),
      new RunEvent.RunResultSet(run(run), RunResult.success),
      new RunEvent.RunFinished(run(run))
    };
  }
}
