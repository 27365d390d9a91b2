package dev.millrace.events.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.ExecutorId;
import dev.millrace.events.RunId;
import org.junit.jupiter.api.Test;

final class RunTraceTest {
  private static final RunId RUN = RunId.parse("project/p1/7");
  private static final AttemptRef ATTEMPT = new AttemptRef(RUN, "build", 2);

  // Others add spans of their own by these ids: what they follow from must not change.
  @Test
  void theIdsFollowFromTheRunAsIsDocumented() {
    RunTrace trace = RunTrace.of(RUN);
    assertThat(trace.id()).isEqualTo("ab8be2f9b7031f3471881ba8d128c519");
    assertThat(trace.cause()).isEqualTo("15d0ec85f6293037");
    assertThat(trace.whole()).isEqualTo("858af2949aab8390");
    assertThat(RunTrace.attempt(ATTEMPT)).isEqualTo("56bb348071e5917b");
  }

  @Test
  void eachRunHasATraceOfItsOwn() {
    assertThat(RunTrace.of(RunId.parse("project/p1/8")).id()).isNotEqualTo(RunTrace.of(RUN).id());
    assertThat(RunTrace.of(RunId.parse("user/p1/7")).id()).isNotEqualTo(RunTrace.of(RUN).id());
  }

  @Test
  void whatIsAboutAnAttemptNamesItsTaskAndItsRun() {
    assertThat(RunTrace.attributes(new RunCommand.StartRun(RUN)))
        .containsEntry("cicd.pipeline.run.id", "project/p1/7")
        .containsEntry("millrace.project", "p1")
        .doesNotContainKey("millrace.task");
    assertThat(
            RunTrace.attributes(
                new RunCommand.ClaimTask(ATTEMPT, new ExecutorRef(new ExecutorId("e"), "1"))))
        .containsEntry("millrace.run", "project/p1/7")
        .containsEntry("cicd.pipeline.task.name", "build")
        .containsEntry("cicd.pipeline.task.run.id", "project/p1/7/build/2")
        .containsEntry("millrace.attempt", 2L);
  }

  @Test
  void aRunOfAUserHasNoProject() {
    assertThat(RunTrace.attributes(RunId.parse("user/u/1"))).doesNotContainKey("millrace.project");
  }
}
