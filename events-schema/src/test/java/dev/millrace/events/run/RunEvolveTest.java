package dev.millrace.events.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.events.ExecutorId;
import dev.millrace.events.ImpossibleEvent;
import dev.millrace.events.ProjectId;
import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.run.RunEvent.DeliverySettled;
import dev.millrace.events.run.RunEvent.RunCancelled;
import dev.millrace.events.run.RunEvent.RunCreated;
import dev.millrace.events.run.RunEvent.RunFinished;
import dev.millrace.events.run.RunEvent.RunResultSet;
import dev.millrace.events.run.RunEvent.RunStarted;
import dev.millrace.events.run.RunEvent.StepFinished;
import dev.millrace.events.run.RunEvent.StepStarted;
import dev.millrace.events.run.RunEvent.TaskApproved;
import dev.millrace.events.run.RunEvent.TaskAssigned;
import dev.millrace.events.run.RunEvent.TaskClaimed;
import dev.millrace.events.run.RunEvent.TaskFinished;
import dev.millrace.events.run.RunEvent.TaskReady;
import dev.millrace.events.run.RunEvent.TaskSkipped;
import dev.millrace.events.run.RunEvent.TaskUnassigned;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class RunEvolveTest {
  private static final RootGroup ROOT = RootGroup.of(new ProjectId("p1"));
  private static final RunId RUN = new RunId(ROOT, 1);
  private static final RunId SECOND = new RunId(ROOT, 2);
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final AttemptRef FIRST = new AttemptRef(RUN, "a", 1);
  private static final ExecutorRef E1 = new ExecutorRef(new ExecutorId("e1"), "life1");
  private static final ExecutorRef E2 = new ExecutorRef(new ExecutorId("e2"), "life1");

  private static final RunEvent CREATED = new RunCreated(RUN, spec());
  private static final RunEvent STARTED = new RunStarted(RUN);
  private static final RunEvent READY = new TaskReady(RUN, "a");
  private static final RunEvent ASSIGNED = new TaskAssigned(FIRST, E1);
  private static final RunEvent CLAIMED = new TaskClaimed(FIRST, E1);
  private static final RunEvent ENDED =
      new TaskFinished(FIRST, TaskOutcome.success, TaskStatus.success, "");

  static Stream<Arguments> impossible() {
    return Stream.of(
        impossible(STARTED),
        impossible(new RunCreated(SECOND, spec())),
        impossible(CREATED, CREATED),
        impossible(new RunFinished(RUN), CREATED),
        impossible(READY, CREATED),
        impossible(new RunCancelled(RUN), CREATED, STARTED),
        impossible(STARTED, CREATED, STARTED),
        impossible(new RunStarted(SECOND), CREATED, new RunCreated(SECOND, spec()), STARTED),
        impossible(ASSIGNED, CREATED, STARTED),
        impossible(READY, CREATED, STARTED, READY),
        impossible(new TaskReady(RUN, "z"), CREATED, STARTED),
        impossible(new TaskApproved(RUN, "a"), CREATED, STARTED),
        impossible(ASSIGNED, CREATED, STARTED, READY, ASSIGNED),
        impossible(new TaskAssigned(new AttemptRef(RUN, "a", 2), E1), CREATED, STARTED, READY),
        impossible(new TaskClaimed(FIRST, E2), CREATED, STARTED, READY, ASSIGNED),
        impossible(CLAIMED, CREATED, STARTED, READY),
        impossible(ENDED, CREATED, STARTED, READY, ASSIGNED),
        impossible(CLAIMED, CREATED, STARTED, READY, ASSIGNED, CLAIMED),
        impossible(new TaskUnassigned(FIRST, E1, ""), CREATED, STARTED, READY, ASSIGNED, CLAIMED),
        impossible(new TaskSkipped(RUN, "a"), CREATED, STARTED, READY, ASSIGNED),
        impossible(ENDED, CREATED, STARTED, READY, ASSIGNED, CLAIMED, ENDED),
        impossible(new RunFinished(RUN), CREATED, STARTED),
        impossible(
            new RunResultSet(RUN, RunResult.failed),
            CREATED,
            STARTED,
            new RunResultSet(RUN, RunResult.success)),
        impossible(new StepStarted(FIRST, 1), CREATED, STARTED, READY, ASSIGNED, CLAIMED),
        impossible(
            new StepFinished(FIRST, 0, StepStatus.success, 0, null),
            CREATED,
            STARTED,
            READY,
            ASSIGNED,
            CLAIMED),
        impossible(
            new DeliverySettled(ROOT, 3, List.of(), ""),
            new DeliverySettled(ROOT, 3, List.of(), "")));
  }

  private static Arguments impossible(RunEvent event, RunEvent... history) {
    return Arguments.of(event, List.of(history));
  }

  @ParameterizedTest
  @MethodSource("impossible")
  void whatCannotFollowIsImpossible(RunEvent event, List<RunEvent> history) {
    Runs state = after(history.toArray(RunEvent[]::new));

    assertThatThrownBy(() -> RunEvolve.evolve(state, NOON, event))
        .isInstanceOf(ImpossibleEvent.class);
  }

  @Test
  void aFrozenRunStaysAsItIs() {
    Runs before = after(CREATED, STARTED, READY, ASSIGNED);
    Runs frozen = RunEvolve.freeze(before, ENDED, "why");

    Run run = Objects.requireNonNull(frozen.run(RUN));
    assertThat(run.frozen()).isEqualTo("why");
    assertThat(frozen.active().values()).containsExactly(RUN);
    assertThat(frozen.lane(ConcurrencyKey.of(spec())).running()).isEqualTo(RUN);
    assertThat(frozen.unclaimed()).isEmpty();
    assertThat(RunEvolve.evolve(frozen, NOON, CLAIMED)).isSameAs(frozen);
    assertThat(RunEvolve.freeze(frozen, ENDED, "again")).isSameAs(frozen);
  }

  @Test
  void aRunThatCouldNotBeCreatedIsThereFrozenInItsPlace() {
    Runs frozen = RunEvolve.freeze(Runs.EMPTY, new RunCreated(SECOND, spec()), "a gap");

    assertThat(Objects.requireNonNull(frozen.run(SECOND)).frozen()).isEqualTo("a gap");
    assertThat(frozen.lane(ConcurrencyKey.of(spec())).next()).isEqualTo(SECOND);
    assertThat(frozen.root(ROOT).lastNumber()).isEqualTo(2);
  }

  @Test
  void whatIsAboutNoRunFreezesNothing() {
    assertThat(RunEvolve.freeze(Runs.EMPTY, STARTED, "why")).isSameAs(Runs.EMPTY);
  }

  @Test
  void ofARunThatHasEndedNothingIsKeptButItsNumber() {
    Runs before = after(CREATED, new RunCancelled(RUN));
    Runs after = RunEvolve.forgetEnded(before, new RunCancelled(RUN));

    assertThat(after.run(RUN)).isNull();
    assertThat(after.hasEnded(RUN)).isTrue();
    assertThat(after.hasEnded(SECOND)).isFalse();
    assertThat(after.root(ROOT).lastNumber()).isEqualTo(1);
    assertThat(RunEvolve.forgetEnded(after(CREATED), CREATED)).isEqualTo(after(CREATED));
  }

  @Test
  void nothingFollowsInARunThatHasEndedAndNothingBringsItBack() {
    Runs state =
        RunEvolve.forgetEnded(after(CREATED, new RunCancelled(RUN)), new RunCancelled(RUN));

    assertThatThrownBy(() -> RunEvolve.evolve(state, NOON, STARTED))
        .isInstanceOf(ImpossibleEvent.class)
        .hasMessageContaining("run project/p1/1 has ended");
    assertThatThrownBy(() -> RunEvolve.evolve(state, NOON, CREATED))
        .isInstanceOf(ImpossibleEvent.class);
    assertThat(RunEvolve.freeze(state, STARTED, "why")).isSameAs(state);
    assertThat(RunEvolve.freeze(state, CREATED, "why")).isSameAs(state);
  }

  @Test
  void revisionsCountTheEventsOfARun() {
    Run run = Objects.requireNonNull(after(CREATED, STARTED, READY).run(RUN));

    assertThat(run.revision()).isEqualTo(3);
  }

  @Test
  void anOldStateIsNotChangedByWhatFollows() {
    Runs before = after(CREATED);
    RunEvolve.evolve(before, NOON, STARTED);

    assertThat(Objects.requireNonNull(before.run(RUN)).phase()).isEqualTo(RunPhase.queued);
  }

  private static Runs after(RunEvent... events) {
    Runs state = Runs.EMPTY;
    for (RunEvent event : events) {
      state = RunEvolve.evolve(state, NOON, event);
    }
    return state;
  }

  private static RunSpec spec() {
    var step = new TaskSpec.Step.Run("make", "make", Map.of(), null, null);
    var task =
        new TaskSpec("a", List.of(), Map.of(), null, null, false, false, false, List.of(step));
    return new RunSpec(
        "ci", "/project/p1/branch/main", Map.of(), List.of(), Map.of(), Map.of(), List.of(task));
  }
}
