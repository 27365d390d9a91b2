package dev.millrace.scheduler.core;

import static dev.millrace.scheduler.core.Stage.approved;
import static dev.millrace.scheduler.core.Stage.created;
import static dev.millrace.scheduler.core.Stage.run;
import static dev.millrace.scheduler.core.Stage.started;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.run.RunCommand.ApproveTask;
import dev.millrace.events.run.RunEvent;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ApprovalTest {
  private static final ApproveTask APPROVE = new ApproveTask(run(1), "deploy");
  private final Stage stage = new Stage();

  @BeforeEach
  void aRun() {
    stage.when(created(1, "ci", approved("deploy")), started(1));
  }

  @Test
  void aWaitingTaskIsApprovedOnceItHasAnApprover() {
    assertThat(stage.when(waiting())).isEmpty();
    assertThat(stage.when(approvers("[\"u1\"]"))).containsExactly(APPROVE);
  }

  @Test
  void aTaskThatHasItsApproverBeforeItWaitsIsApprovedAsSoonAsItWaits() {
    assertThat(stage.when(approvers("[\"u1\"]"))).isEmpty();
    assertThat(stage.when(waiting())).containsExactly(APPROVE);
  }

  @Test
  void otherAnnotationsAndAnEmptyListApproveNothing() {
    stage.when(waiting());

    assertThat(stage.when(annotated(Map.of("note", "u1")))).isEmpty();
    assertThat(stage.when(approvers("[]"))).isEmpty();
  }

  @Test
  void anApprovalThatWasLostIsAskedForAgain() {
    stage.when(waiting(), approvers("[\"u1\"]"));

    assertThat(stage.after(Duration.ofSeconds(6))).containsExactly(APPROVE);
  }

  @Test
  void anApprovalThatWasRefusedIsAskedForAgainOnTheNextApprover() {
    stage.when(waiting(), approvers("[\"u1\"]"));
    stage.refused(APPROVE);

    assertThat(stage.when(approvers("[\"u1\",\"u2\"]"))).containsExactly(APPROVE);
  }

  @Test
  void anApprovedTaskIsLeftAlone() {
    stage.when(waiting(), approvers("[\"u1\"]"));
    stage.granted(APPROVE, new RunEvent.TaskApproved(run(1), "deploy"));

    assertThat(stage.after(Duration.ofMinutes(1))).isEmpty();
  }

  private static RunEvent waiting() {
    return new RunEvent.TaskWaitingApproval(run(1), "deploy");
  }

  private static RunEvent approvers(String list) {
    return annotated(Map.of("approvers", list));
  }

  private static RunEvent annotated(Map<String, String> annotations) {
    return new RunEvent.TaskAnnotationsSet(run(1), "deploy", annotations);
  }
}
