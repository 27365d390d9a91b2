package dev.millrace.executor;

import static dev.millrace.executor.Workshop.attempt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ClaimedTask;
import dev.millrace.events.run.RunTrace;
import dev.millrace.events.run.TaskSpec;
import dev.millrace.events.run.TaskSpec.Step;
import dev.millrace.traces.Span;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class AttemptSpansTest {
  private static final AttemptRef ONE = attempt(1);

  private final Workshop shop = new Workshop(1);

  @Test
  void theClaimTheWorkspaceAndEachStepAreBelowTheAttempt() {
    shop.assign(ONE);
    shop.accept(ONE, Map.of("MILLRACE_DUMMY_SLEEP", "500"), 2);
    shop.pass(Duration.ofMillis(1_100));

    assertThat(shop.traces.spans())
        .extracting(Span::name)
        .containsExactly("claim", "prepare", "step s0", "step s1");
    assertThat(shop.traces.spans())
        .allSatisfy(
            span -> {
              assertThat(span.trace()).isEqualTo(RunTrace.of(ONE.run()).id());
              assertThat(span.parent()).isEqualTo(RunTrace.attempt(ONE));
              assertThat(span.failure()).isNull();
              assertThat(span.attributes()).containsEntry("cicd.worker.id", "e");
            });
    Span step = shop.traces.spans().getLast();
    assertThat(Duration.between(step.start(), step.end())).isEqualTo(Duration.ofMillis(500));
    assertThat(step.attributes())
        .containsEntry("millrace.step", 1L)
        .containsEntry("process.exit.code", 0L)
        .containsEntry("millrace.step.result", "success");
  }

  @Test
  void aStepThatFailsIsAFailureWithItsExitCode() {
    shop.assign(ONE);
    shop.accept(ONE, Map.of("MILLRACE_DUMMY_EXIT", "7"), 1);

    Span step = shop.traces.named("step s0").getFirst();
    assertThat(step.failure()).isEqualTo("exited with status 7");
    assertThat(step.attributes()).containsEntry("process.exit.code", 7L);
  }

  @Test
  void aStepThatTheDriverCannotRunIsAFailureThatTellsNothingOfTheDriver() {
    shop.assign(ONE);
    shop.accept(ONE, Map.of("MILLRACE_DUMMY_CRASH", "true"), 1);

    Span step = shop.traces.named("step s0").getFirst();
    assertThat(step.failure()).isEqualTo("it could not be run");
    assertThat(step.attributes()).containsEntry("millrace.step.result", "error");
  }

  @Test
  void aStoppedStepIsNoFailure() {
    shop.assign(ONE);
    shop.accept(ONE, Map.of("MILLRACE_DUMMY_SLEEP", "500"), 1);
    shop.stop(ONE);

    Span step = shop.traces.named("step s0").getFirst();
    assertThat(step.failure()).isNull();
    assertThat(step.attributes()).containsEntry("millrace.step.result", "cancellation");
  }

  @Test
  void aStepThatIsCalledByItsCommandHasItsNumberInstead() {
    shop.assign(ONE);
    shop.claimed(ONE)
        .complete(
            new ClaimedTask(
                ONE,
                new TaskSpec(
                    "build",
                    List.of(),
                    Map.of(),
                    null,
                    null,
                    false,
                    false,
                    false,
                    List.of(
                        new Step.Clone("clone", null, false),
                        new Step.Run("curl -u me:pa", "curl -u me:pass\n", Map.of(), null, null))),
                Map.of(),
                "token"));
    shop.settle();

    assertThat(shop.traces.spans())
        .extracting(Span::name)
        .containsExactly("claim", "prepare", "step clone", "step 2");
  }

  @Test
  void nothingIsToldOfAnAttemptThatIsNotToBeHad() {
    shop.assign(ONE);
    shop.claimed(ONE).completeExceptionally(new ClaimRefusedException("it is another's"));
    shop.settle();

    assertThat(shop.traces.spans()).isEmpty();
  }
}
