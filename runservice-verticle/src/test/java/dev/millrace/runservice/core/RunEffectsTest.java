package dev.millrace.runservice.core;

import static dev.millrace.runservice.core.Story.E1;
import static dev.millrace.runservice.core.Story.E2;
import static dev.millrace.runservice.core.Story.RUN;
import static dev.millrace.runservice.core.Story.end;
import static dev.millrace.runservice.core.Story.first;
import static dev.millrace.runservice.core.Story.running;
import static dev.millrace.runservice.core.Story.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bus.ledger.Effects.Effect;
import dev.millrace.events.Decision;
import dev.millrace.events.Json;
import dev.millrace.events.LedgerRecord.Cause;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.Topics;
import dev.millrace.events.run.Assignment;
import dev.millrace.events.run.Assignment.Kind;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunCommand.AssignTask;
import dev.millrace.events.run.RunCommand.DeclareLost;
import dev.millrace.events.run.RunCommand.StopRun;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.Runs;
import dev.millrace.events.run.TaskOutcome;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RunEffectsTest {
  private final RunEffects effects = new RunEffects();

  @Test
  void anAssignedTaskIsToldToItsExecutor() {
    var story = running(task("a"));

    var told = told(story, new AssignTask(first("a"), E1));

    assertThat(told).extracting(Effect::topic).containsExactly(Topics.ASSIGNMENTS);
    assertThat(told).extracting(Effect::key).containsExactly("e1");
    assertThat(read(told)).containsExactly(new Assignment(Kind.start, first("a"), E1, 3, 70, null));
  }

  @Test
  void aStoppingRunStopsWhatIsClaimedOnly() {
    var story = running(task("a"), task("b"), task("c")).held("a");
    story.and(new AssignTask(first("b"), E2));

    assertThat(read(told(story, new StopRun(RUN))))
        .containsExactly(new Assignment(Kind.stop, first("a"), E1, 3, 70, "the run is stopping"));
  }

  @Test
  void whatIsDeclaredLostIsStoppedShouldItLive() {
    var story = running(task("a")).held("a");

    assertThat(read(told(story, new DeclareLost(first("a"), E1))))
        .containsExactly(new Assignment(Kind.stop, first("a"), E1, 3, 70, "declared lost"));
  }

  @Test
  void anOrdinaryEndTellsNobody() {
    var story = running(task("a")).held("a");

    assertThat(told(story, end("a", TaskOutcome.success))).isEmpty();
  }

  @Test
  void aNewWriterTellsAgainWhatIsOpen() {
    var story = running(task("held"), task("given"), task("free")).held("held");
    story.and(new AssignTask(first("given"), E2));

    assertThat(read(effects.outstanding(3, 71, story.state)))
        .containsExactly(new Assignment(Kind.start, first("given"), E2, 3, 71, null));
    story.and(new StopRun(RUN));
    assertThat(read(effects.outstanding(3, 72, story.state)))
        .containsExactly(
            new Assignment(Kind.stop, first("held"), E1, 3, 72, "the run is stopping"));
    story.and(end("held", TaskOutcome.cancelled));
    assertThat(effects.outstanding(3, 73, story.state)).isEmpty();
  }

  private List<Effect> told(Story story, RunCommand command) {
    Runs before = story.state;
    Decision<RunEvent> decision = story.when(command);
    var decided =
        new Decided<>(
            "t",
            70,
            new Cause.OfTick("x", story.at),
            story.at,
            decision.outcome(),
            decision.events());
    return effects.of(3, decided, before, story.state);
  }

  private static List<Assignment> read(List<Effect> effects) {
    return effects.stream().map(e -> Json.read(e.value(), Assignment.class)).toList();
  }
}
