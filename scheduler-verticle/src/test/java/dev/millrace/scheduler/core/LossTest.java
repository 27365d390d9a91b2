package dev.millrace.scheduler.core;

import static dev.millrace.scheduler.core.Stage.KILL;
import static dev.millrace.scheduler.core.Stage.LEASE;
import static dev.millrace.scheduler.core.Stage.TERM;
import static dev.millrace.scheduler.core.Stage.assigned;
import static dev.millrace.scheduler.core.Stage.created;
import static dev.millrace.scheduler.core.Stage.executor;
import static dev.millrace.scheduler.core.Stage.first;
import static dev.millrace.scheduler.core.Stage.ready;
import static dev.millrace.scheduler.core.Stage.started;
import static dev.millrace.scheduler.core.Stage.status;
import static dev.millrace.scheduler.core.Stage.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.run.ExecutorRef;
import dev.millrace.events.run.RunCommand.AssignTask;
import dev.millrace.events.run.RunCommand.DeclareLost;
import dev.millrace.events.run.RunCommand.UnassignTask;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.TaskOutcome;
import dev.millrace.events.run.TaskStatus;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class LossTest {
  private static final Duration MOMENT = Duration.ofMillis(100);
  private static final ExecutorRef OLDER = executor("ex", "0");
  private static final ExecutorRef OLD = executor("ex", "1");
  private static final ExecutorRef NEW = executor("ex", "2");
  private static final DeclareLost LOST = new DeclareLost(first(1, "a"), OLD);
  private static final UnassignTask BACK =
      new UnassignTask(first(1, "a"), OLD, "executor ex is lost");
  private final Stage stage = new Stage();

  private void holding() {
    stage.heard(status(OLD, 1));
    stage.when(
        created(1, "ci", task("a"), task("b")),
        started(1),
        ready(1, "a"),
        ready(1, "b"),
        assigned(1, "a", OLD),
        new RunEvent.TaskClaimed(first(1, "a"), OLD));
  }

  @Test
  void anExecutorIsLostOnceLeaseAndKillTimeAreOverAndAllItMayHaveSaidIsRead() {
    holding();

    assertThat(stage.after(TERM.minus(MOMENT))).isEmpty();
    assertThat(stage.doubted()).isEmpty();
    assertThat(stage.after(MOMENT)).isEmpty();
    assertThat(stage.doubted()).containsExactly(OLD);
    assertThat(stage.nothingHeard()).containsExactly(LOST);
  }

  @Test
  void aSignOfLifeThatWasReadLateSavesTheExecutor() {
    holding();
    stage.after(TERM);
    assertThat(stage.doubted()).containsExactly(OLD);

    assertThat(stage.heard(status(OLD, 1, first(1, "a")))).isEmpty();
    assertThat(stage.nothingHeard()).isEmpty();
    assertThat(stage.after(TERM.minus(MOMENT))).isEmpty();
  }

  @Test
  void signsOfLifeKeepAnExecutorFromBeingDoubted() {
    holding();
    for (int i = 0; i < 30; i++) {
      stage.after(Duration.ofSeconds(1));
      stage.heard(status(OLD, 1, first(1, "a")));
    }

    assertThat(stage.doubted()).isEmpty();
  }

  @Test
  void anOlderLookProvesNothingAboutANewDoubt() {
    holding();
    stage.after(TERM);
    stage.stalled();
    stage.after(TERM);
    assertThat(stage.doubted()).containsExactly(OLD, OLD);

    assertThat(stage.nothingHeard()).containsExactly(LOST);
  }

  @Test
  void whenNobodyListenedForAWhileTheTimeStartsInFull() {
    holding();
    stage.after(TERM.minus(MOMENT));
    stage.stalled();

    stage.after(TERM.minus(MOMENT));
    assertThat(stage.doubted()).isEmpty();
    stage.after(MOMENT);
    assertThat(stage.doubted()).containsExactly(OLD);
  }

  @Test
  void aSchedulerThatBeginsWaitsInFullForExecutorsItHasNotHeardOf() {
    holding();
    stage.restarted();

    stage.after(TERM.minus(MOMENT));
    assertThat(stage.doubted()).isEmpty();
    stage.after(MOMENT);
    assertThat(stage.nothingHeard()).containsExactly(LOST);
  }

  @Test
  void aLookThatFailedIsTakenAgain() {
    holding();
    stage.after(TERM);
    stage.lookingFails();
    assertThat(stage.nothingHeard()).isEmpty();

    stage.after(Duration.ofSeconds(1));
    assertThat(stage.nothingHeard()).containsExactly(LOST);
  }

  @Test
  void aLaterIncarnationProvesTheEarlierOneGone() {
    holding();

    assertThat(stage.heard(status(NEW, 1)))
        .containsExactly(LOST, new AssignTask(first(1, "b"), NEW));
  }

  @Test
  void aLaterIncarnationProvesAllEarlierOnesGone() {
    holding();
    stage.when(assigned(1, "b", OLDER), new RunEvent.TaskClaimed(first(1, "b"), OLDER));
    stage.restarted();

    assertThat(stage.heard(status(NEW, 1)))
        .containsExactlyInAnyOrder(LOST, new DeclareLost(first(1, "b"), OLDER));
  }

  @Test
  void recordsOfADeadIncarnationThatLandLateReplaceNobody() {
    stage.heard(status(NEW, 1));
    stage.when(created(1, "ci", task("a")), started(1), ready(1, "a"), assigned(1, "a", NEW));

    for (int i = 0; i < 8; i++) {
      stage.after(Duration.ofSeconds(1));
      assertThat(stage.heard(status(OLD, 1))).isEmpty();
    }
    assertThat(stage.remembered(status(OLD, 1))).isEmpty();
  }

  @Test
  void recordsThatLandedLateBeforeTheSchedulerBeganReplaceNobody() {
    stage.when(created(1, "ci", task("a")), started(1), ready(1, "a"), assigned(1, "a", NEW));

    assertThat(stage.remembered(status(NEW, 1))).isEmpty();
    assertThat(stage.remembered(status(OLD, 1))).isEmpty();
    assertThat(stage.remembered(status(OLD, 1))).isEmpty();
    assertThat(stage.heard(status(NEW, 1, first(1, "a")))).isEmpty();
  }

  @Test
  void aRecordThatLandsLateWhenTheSchedulerHasJustBegunReplacesNobody() {
    holding();
    stage.restarted();

    assertThat(stage.heard(status(OLDER, 0))).isEmpty();
    assertThat(stage.heard(status(OLD, 0, first(1, "a")))).isEmpty();
    assertThat(stage.heard(status(OLDER, 0))).isEmpty();
  }

  @Test
  void anExecutorThatHasLostCountOfItsLivesIsListenedToOnceTheLastOneIsGone() {
    stage.heard(status(NEW, 1));
    stage.heard(status(OLD, 1));
    stage.when(created(1, "ci", task("a")), started(1), ready(1, "a"), assigned(1, "a", NEW));
    stage.when(new RunEvent.TaskClaimed(first(1, "a"), NEW));
    stage.when(created(2, "other", task("b")), started(2), ready(2, "b"));
    stage.after(TERM);
    assertThat(stage.heard(status(OLD, 1))).isEmpty();
    assertThat(stage.nothingHeard()).containsExactly(new DeclareLost(first(1, "a"), NEW));

    assertThat(stage.heard(status(OLD, 1))).containsExactly(new AssignTask(first(2, "b"), OLD));
  }

  @Test
  void anIncarnationThatWasReplacedIsNotListenedToAnyMore() {
    stage.heard(status(OLD, 1));
    stage.heard(status(NEW, 1));
    stage.heard(status(OLD, 5));
    stage.heard(status(OLD, 5));

    assertThat(stage.when(created(1, "ci", task("a"))))
        .contains(new AssignTask(first(1, "a"), NEW));
  }

  @Test
  void whatWasSaidBeforeTheSchedulerBeganTellsWhoIsGone() {
    holding();
    stage.restarted();

    assertThat(stage.remembered(status(OLD, 1))).isEmpty();
    assertThat(stage.remembered(status(NEW, 1))).containsExactly(LOST);
  }

  @Test
  void whatWasSaidBeforeTheSchedulerBeganGivesADoubtedExecutorItsTime() {
    holding();
    stage.restarted();
    stage.after(TERM);
    assertThat(stage.doubted()).containsExactly(OLD);

    assertThat(stage.remembered(status(OLD, 1, first(1, "a")))).isEmpty();
    assertThat(stage.nothingHeard()).isEmpty();
    assertThat(stage.after(TERM.minus(MOMENT))).isEmpty();
  }

  @Test
  void whatWasSaidBeforeTheSchedulerBeganProvesNoLife() {
    holding();
    stage.restarted();
    stage.remembered(status(NEW, 5));

    assertThat(stage.after(MOMENT)).isEmpty();
    assertThat(stage.heard(status(NEW, 1))).containsExactly(new AssignTask(first(1, "b"), NEW));
  }

  @Test
  void anAttemptGivenToAnIncarnationThatWasReplacedIsTakenBackAtOnce() {
    replaced();

    assertThat(stage.when(assigned(1, "a", OLD))).containsExactly(BACK);
  }

  @Test
  void anAttemptThatAReplacedIncarnationClaimedIsLost() {
    replaced();
    stage.when(assigned(1, "a", OLD));

    assertThat(stage.when(new RunEvent.TaskClaimed(first(1, "a"), OLD))).containsExactly(LOST);
  }

  private void replaced() {
    stage.heard(status(OLD, 1));
    stage.heard(status(NEW, 0));
    stage.when(created(1, "ci", task("a")), started(1), ready(1, "a"));
  }

  @Test
  void anAttemptGivenToALostExecutorIsTakenBackOnceItsTimeIsOverAgain() {
    thoughtGone();

    assertThat(stage.when(assigned(1, "a", OLD))).isEmpty();
    assertThat(stage.after(TERM)).doesNotContain(BACK);
    assertThat(stage.nothingHeard()).contains(BACK);
  }

  @Test
  void anExecutorThatClaimsIsNotGoneAfterAll() {
    thoughtGone();
    stage.when(assigned(1, "a", OLD));
    stage.after(TERM);
    stage.nothingHeard();

    assertThat(stage.when(new RunEvent.TaskClaimed(first(1, "a"), OLD))).isEmpty();
    assertThat(stage.after(TERM.minus(MOMENT))).doesNotContain(LOST);
    stage.after(MOMENT);
    assertThat(stage.nothingHeard()).contains(LOST);
  }

  private void thoughtGone() {
    stage.when(created(1, "ci", task("x"), task("a")), started(1), ready(1, "x"));
    stage.when(assigned(1, "x", OLD), new RunEvent.TaskClaimed(first(1, "x"), OLD));
    stage.after(TERM);
    assertThat(stage.nothingHeard()).containsExactly(new DeclareLost(first(1, "x"), OLD));
    stage.when(ready(1, "a"));
  }

  @Test
  void aLostAttemptIsDeclaredAgainUntilTheLedgerHasItsEnd() {
    holding();
    stage.after(TERM);
    stage.nothingHeard();

    assertThat(stage.after(Duration.ofSeconds(5))).containsExactly(LOST);
    stage.granted(
        LOST,
        new RunEvent.TaskFinished(first(1, "a"), TaskOutcome.lost, TaskStatus.failed, "gone"));
    assertThat(stage.after(Duration.ofMinutes(1))).isEmpty();
  }

  @Test
  void aLostExecutorGetsNothingUntilItIsHeardAgain() {
    stage.heard(status(OLD, 1));
    stage.after(LEASE.plus(KILL));

    assertThat(stage.when(created(1, "ci", task("a")), started(1), ready(1, "a"))).isEmpty();
    stage.nothingHeard();
    assertThat(stage.heard(status(OLD, 1))).containsExactly(new AssignTask(first(1, "a"), OLD));
  }
}
