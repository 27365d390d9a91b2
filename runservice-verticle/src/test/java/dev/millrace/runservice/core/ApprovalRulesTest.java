package dev.millrace.runservice.core;

import static dev.millrace.runservice.core.RunLifeRulesTest.rejected;
import static dev.millrace.runservice.core.Story.ANNA;
import static dev.millrace.runservice.core.Story.RUN;
import static dev.millrace.runservice.core.Story.approval;
import static dev.millrace.runservice.core.Story.creating;
import static dev.millrace.runservice.core.Story.given;
import static dev.millrace.runservice.core.Story.run;
import static dev.millrace.runservice.core.Story.running;
import static dev.millrace.runservice.core.Story.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.Actor;
import dev.millrace.events.Outcome.Code;
import dev.millrace.events.UserId;
import dev.millrace.events.run.Approvers;
import dev.millrace.events.run.RunCommand.AddApprover;
import dev.millrace.events.run.RunCommand.ApproveTask;
import dev.millrace.events.run.RunCommand.CancelRun;
import dev.millrace.events.run.RunCommand.SetTaskAnnotations;
import dev.millrace.events.run.RunCommand.StartRun;
import dev.millrace.events.run.RunCommand.StopRun;
import dev.millrace.events.run.RunEvent.TaskAnnotationsSet;
import dev.millrace.events.run.RunEvent.TaskApproved;
import dev.millrace.events.run.RunEvent.TaskReady;
import dev.millrace.events.run.TaskOutcome;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ApprovalRulesTest {
  private static final UserId BEN = new UserId("ben");

  @Test
  void anApprovedTaskIsReadyInTheSameDecision() {
    var story = running(approval("a")).and(new AddApprover(RUN, "a", ANNA));

    assertThat(story.when(new ApproveTask(RUN, "a")).events())
        .containsExactly(new TaskApproved(RUN, "a"), new TaskReady(RUN, "a"));
  }

  @Test
  void approversAreAListInTheTasksAnnotations() {
    var story = running(approval("a")).and(new AddApprover(RUN, "a", ANNA));

    assertThat(story.when(new AddApprover(RUN, "a", BEN)).events())
        .containsExactly(
            new TaskAnnotationsSet(RUN, "a", Map.of("approvers", "[\"anna\",\"ben\"]")));
    assertThat(Approvers.of(story.task("a"))).containsExactly(ANNA, BEN);
  }

  @Test
  void whoeverSendsItAnApprovalWithoutApproversIsRefused() {
    assertThat(running(approval("a")).when(new ApproveTask(RUN, "a")))
        .isEqualTo(
            rejected(Code.WRONG_STATE, "task \"a\" of run project/p1/1 has 0 of 1 approvers"));
  }

  @Test
  void anApproverMayComeBeforeTheTaskWaits() {
    var story =
        given(creating(run("ci", task("a"), approval("b", "a"))), new AddApprover(RUN, "b", ANNA))
            .and(new StartRun(RUN));

    assertThat(story.when(new ApproveTask(RUN, "b")))
        .isEqualTo(
            rejected(
                Code.WRONG_STATE,
                "task \"b\" of run project/p1/1 is notstarted, not waiting for approval"));
    story.ended("a", TaskOutcome.success);
    assertThat(story.task("b").waitingApproval()).isTrue();
    story.and(new ApproveTask(RUN, "b"));
    assertThat(story.task("b").ready()).isTrue();
  }

  @Test
  void onePersonApprovesOnce() {
    var story = running(approval("a")).and(new AddApprover(RUN, "a", ANNA));

    assertThat(story.when(new AddApprover(RUN, "a", ANNA)))
        .isEqualTo(
            rejected(
                Code.WRONG_STATE,
                "task \"a\" of run project/p1/1 has the approval of user anna already"));
  }

  @Test
  void aTaskIsApprovedOnce() {
    var story =
        running(approval("a")).and(new AddApprover(RUN, "a", ANNA), new ApproveTask(RUN, "a"));
    var refused = rejected(Code.WRONG_STATE, "task \"a\" of run project/p1/1 is approved already");

    assertThat(story.when(new ApproveTask(RUN, "a"))).isEqualTo(refused);
    assertThat(story.when(new AddApprover(RUN, "a", BEN))).isEqualTo(refused);
  }

  @Test
  void aPersonDoesNotApproveForAnother() {
    var story = running(approval("a"));
    story.actor = Actor.user(BEN);

    assertThat(story.when(new AddApprover(RUN, "a", ANNA)))
        .isEqualTo(rejected(Code.FORBIDDEN, "a person approves for themselves only"));
    assertThat(story.when(new AddApprover(RUN, "a", BEN)).events()).hasSize(1);
  }

  @Test
  void aTaskThatNeedsNoApprovalGetsNone() {
    assertThat(running(task("a")).when(new AddApprover(RUN, "a", ANNA)))
        .isEqualTo(rejected(Code.WRONG_STATE, "task \"a\" of run project/p1/1 needs no approval"));
  }

  @Test
  void aRunThatHasEndedIsNotApproved() {
    assertThat(
            given(creating(run("ci", approval("a"))), new CancelRun(RUN))
                .when(new AddApprover(RUN, "a", ANNA)))
        .isEqualTo(rejected(Code.WRONG_STATE, "run project/p1/1 has ended"));
  }

  @Test
  void aTaskThatWillNotRunIsNotApproved() {
    var story = running(approval("a"), task("b")).held("b").and(new StopRun(RUN));

    assertThat(story.when(new AddApprover(RUN, "a", ANNA)))
        .isEqualTo(rejected(Code.WRONG_STATE, "task \"a\" of run project/p1/1 is skipped"));
  }

  @Test
  void aTaskThatDoesNotExistIsNotFound() {
    var refused = rejected(Code.NOT_FOUND, "run project/p1/1 has no task \"z\"");
    var story = running(approval("a"));

    assertThat(story.when(new AddApprover(RUN, "z", ANNA))).isEqualTo(refused);
    assertThat(story.when(new ApproveTask(RUN, "z"))).isEqualTo(refused);
    assertThat(story.when(new SetTaskAnnotations(RUN, "z", Map.of("k", "v")))).isEqualTo(refused);
  }

  @Test
  void annotationsAreMerged() {
    var story = running(task("a")).and(new SetTaskAnnotations(RUN, "a", Map.of("k", "1")));

    assertThat(story.when(new SetTaskAnnotations(RUN, "a", Map.of("l", "2"))).events())
        .containsExactly(new TaskAnnotationsSet(RUN, "a", Map.of("l", "2")));
    assertThat(story.task("a").annotations()).isEqualTo(Map.of("k", "1", "l", "2"));
  }

  @Test
  void annotationsThatAreThereAlreadyChangeNothing() {
    var story = running(task("a")).and(new SetTaskAnnotations(RUN, "a", Map.of("k", "1")));

    assertThat(story.when(new SetTaskAnnotations(RUN, "a", Map.of("k", "1"))).events()).isEmpty();
  }

  @Test
  void theAnnotationOfApproversIsClosed() {
    assertThat(
            running(approval("a"))
                .when(new SetTaskAnnotations(RUN, "a", Map.of("approvers", "[\"anna\"]"))))
        .isEqualTo(
            rejected(Code.FORBIDDEN, "the annotation \"approvers\" is set by approving only"));
  }

  @Test
  void annotationsAreBounded() {
    var refused =
        rejected(
            Code.INVALID,
            "an annotation is a name of 1 to 100 characters and a text of at most 4096");
    var story = running(task("a"));

    assertThat(story.when(new SetTaskAnnotations(RUN, "a", Map.of("", "v")))).isEqualTo(refused);
    assertThat(story.when(new SetTaskAnnotations(RUN, "a", Map.of("k", "v".repeat(4097)))))
        .isEqualTo(refused);
    for (int i = 0; i < 100; i++) {
      story.and(new SetTaskAnnotations(RUN, "a", Map.of("k" + i, "v")));
    }
    assertThat(story.when(new SetTaskAnnotations(RUN, "a", Map.of("k100", "v"))))
        .isEqualTo(rejected(Code.INVALID, "a task has at most 100 annotations"));
  }

  @Test
  void annotationsOfAnotherRevisionThanTheOneSeenAreAConflict() {
    var story = running(task("a"));
    story.expected = story.run().revision();
    story.and(new SetTaskAnnotations(RUN, "a", Map.of("k", "1")));

    assertThat(story.when(new SetTaskAnnotations(RUN, "a", Map.of("k", "2"))))
        .isEqualTo(rejected(Code.CONFLICT, "run project/p1/1 has revision 4, not 3"));
  }
}
