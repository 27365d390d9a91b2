package dev.millrace.scheduler.core;

import static dev.millrace.scheduler.core.Stage.assigned;
import static dev.millrace.scheduler.core.Stage.created;
import static dev.millrace.scheduler.core.Stage.executor;
import static dev.millrace.scheduler.core.Stage.first;
import static dev.millrace.scheduler.core.Stage.leaving;
import static dev.millrace.scheduler.core.Stage.ready;
import static dev.millrace.scheduler.core.Stage.run;
import static dev.millrace.scheduler.core.Stage.started;
import static dev.millrace.scheduler.core.Stage.status;
import static dev.millrace.scheduler.core.Stage.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ExecutorRef;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunCommand.AssignTask;
import dev.millrace.events.run.RunCommand.StartRun;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.TaskOutcome;
import dev.millrace.events.run.TaskSpec;
import dev.millrace.events.run.TaskStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PlacementTest {
  private static final ExecutorRef ONE = executor("one", "1");
  private static final ExecutorRef TWO = executor("two", "1");
  private final Stage stage = new Stage();

  @Test
  void aReadyTaskWaitsForASlotAndGetsTheFirstThatIsThere() {
    assertThat(running("a")).isEmpty();

    assertThat(stage.heard(status(ONE, 1))).containsExactly(give("a", ONE));
  }

  @Test
  void aSlotIsTakenFromTheMomentItIsPromised() {
    stage.heard(status(ONE, 1));

    assertThat(running("a", "b")).containsExactly(give("a", ONE));
    assertThat(stage.heard(status(ONE, 1))).isEmpty();
    assertThat(stage.granted(give("a", ONE), assigned(1, "a", ONE))).isEmpty();
    assertThat(stage.heard(status(ONE, 1))).isEmpty();
  }

  @Test
  void aSlotIsFreeAsSoonAsTheLedgerSaysSo() {
    stage.heard(status(ONE, 1));
    running("a", "b");
    stage.granted(give("a", ONE), assigned(1, "a", ONE));
    stage.when(new RunEvent.TaskClaimed(first(1, "a"), ONE));
    stage.heard(status(ONE, 1, first(1, "a")));

    assertThat(stage.when(end("a", TaskOutcome.success))).containsExactly(give("b", ONE));
  }

  @Test
  void aSlotThatTheExecutorSaysIsTakenIsTakenThoughTheLedgerDoesNotKnow() {
    stage.heard(status(ONE, 1, new AttemptRef(run(99), "old", 1)));

    assertThat(running("a")).isEmpty();
    assertThat(stage.heard(status(ONE, 1))).containsExactly(give("a", ONE));
  }

  @Test
  void theExecutorWithMostRoomGetsTheTask() {
    stage.heard(status(ONE, 1));
    stage.heard(status(TWO, 3));

    assertThat(running("a", "b", "c"))
        .containsExactly(give("a", TWO), give("b", TWO), give("c", ONE));
  }

  @Test
  void aPromiseThatIsRefusedFreesTheSlot() {
    stage.heard(status(ONE, 1));
    running("a", "b");

    assertThat(stage.refused(give("a", ONE))).containsExactly(give("b", ONE));
  }

  @Test
  void aPromiseThatIsLostIsMadeAgain() {
    stage.heard(status(ONE, 1));
    running("a");

    assertThat(stage.after(Duration.ofSeconds(6))).containsExactly(give("a", ONE));
  }

  @Test
  void anExecutorThatGaveATaskBackGetsNoneUntilItSaysThatItHasRoom() {
    stage.heard(status(ONE, 1));
    running("a");
    stage.granted(give("a", ONE), assigned(1, "a", ONE));

    assertThat(stage.when(new RunEvent.TaskUnassigned(first(1, "a"), ONE, "full"))).isEmpty();
    assertThat(stage.heard(status(ONE, 1))).containsExactly(give("a", ONE));
  }

  @Test
  void anExecutorThatGaveATaskBackDoesNotHoldUpAnother() {
    stage.heard(status(ONE, 2));
    running("a");
    stage.heard(status(TWO, 1));
    stage.granted(give("a", ONE), assigned(1, "a", ONE));

    assertThat(stage.when(new RunEvent.TaskUnassigned(first(1, "a"), ONE, "full")))
        .containsExactly(give("a", TWO));
  }

  @Test
  void anExecutorThatKeepsGivingTasksBackComesAfterOthers() {
    stage.heard(status(ONE, 5));
    running("a");
    stage.granted(give("a", ONE), assigned(1, "a", ONE));
    stage.when(new RunEvent.TaskUnassigned(first(1, "a"), ONE, "not claimed"));
    assertThat(stage.heard(status(ONE, 5))).containsExactly(give("a", ONE));
    stage.granted(give("a", ONE), assigned(1, "a", ONE));
    stage.heard(status(TWO, 1));
    stage.when(new RunEvent.TaskUnassigned(first(1, "a"), ONE, "not claimed"));
    stage.refused(give("a", TWO));
    stage.heard(status(ONE, 5));

    assertThat(stage.after(Duration.ofSeconds(6))).containsExactly(give("a", TWO));
  }

  @Test
  void aTaskThatIsTakenBackFromItIsNotHeldAgainstAnExecutor() {
    stage.heard(status(ONE, 1));
    running("a");
    stage.granted(give("a", ONE), assigned(1, "a", ONE));
    stage.when(created(2, "other", task("x")));
    stage.when(started(2), ready(2, "x"));

    assertThat(
            stage.when(
                new RunEvent.RunStopping(run(1)),
                new RunEvent.TaskUnassigned(first(1, "a"), ONE, "the run is stopping")))
        .containsExactly(new AssignTask(first(2, "x"), ONE));
  }

  @Test
  void anExecutorThatLeavesGetsNothing() {
    stage.heard(leaving(ONE, 5));

    assertThat(running("a")).isEmpty();
  }

  @Test
  void aTaskThatAnotherSchedulerGaveAwayKeepsNoSlotHere() {
    stage.heard(status(ONE, 1));
    running("a", "b");

    assertThat(stage.when(assigned(1, "a", TWO))).containsExactly(give("b", ONE));
    assertThat(stage.refused(give("a", ONE))).isEmpty();
  }

  @Test
  void aTaskOfARunThatStopsIsNotGivenAway() {
    running("a");
    stage.when(new RunEvent.RunStopping(run(1)), new RunEvent.TaskSkipped(run(1), "a"));

    assertThat(stage.heard(status(ONE, 1))).isEmpty();
  }

  @Test
  void projectsTakeTurns() {
    running("a", "b", "c");
    var other = new RunId(RootGroup.parse("project/q"), 1);
    stage.when(new RunEvent.RunCreated(other, Stage.spec("other", task("x"))));
    stage.when(new RunEvent.RunStarted(other), new RunEvent.TaskReady(other, "x"));

    assertThat(stage.heard(status(ONE, 4)))
        .containsExactly(
            give("a", ONE),
            new AssignTask(new AttemptRef(other, "x", 1), ONE),
            give("b", ONE),
            give("c", ONE));
  }

  @Test
  void aFrozenRunTakesNoSlots() {
    stage.heard(status(ONE, 1));
    running("a");
    stage.granted(give("a", ONE), assigned(1, "a", ONE));
    stage.when(created(2, "other", task("a")), started(2), ready(2, "a"));

    assertThat(stage.freeze(end("a", TaskOutcome.success)))
        .containsExactly(new AssignTask(first(2, "a"), ONE));
  }

  private List<RunCommand> running(String... tasks) {
    var commands =
        new ArrayList<>(
            stage.when(
                created(1, "ci", Arrays.stream(tasks).map(Stage::task).toArray(TaskSpec[]::new))));
    var events = new ArrayList<RunEvent>(List.of(started(1)));
    Arrays.stream(tasks).forEach(task -> events.add(ready(1, task)));
    commands.addAll(stage.granted(new StartRun(run(1)), events.toArray(RunEvent[]::new)));
    commands.remove(new StartRun(run(1)));
    return commands;
  }

  private static AssignTask give(String task, ExecutorRef to) {
    return new AssignTask(first(1, task), to);
  }

  private static RunEvent end(String task, TaskOutcome outcome) {
    return new RunEvent.TaskFinished(first(1, task), outcome, TaskStatus.success, "");
  }
}
