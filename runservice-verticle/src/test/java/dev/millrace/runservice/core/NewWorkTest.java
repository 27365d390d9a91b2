package dev.millrace.runservice.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bus.ledger.Intake;
import dev.millrace.bus.ledger.IntakeRules;
import dev.millrace.events.Actor;
import dev.millrace.events.Command;
import dev.millrace.events.CommandId;
import dev.millrace.events.Outcome;
import dev.millrace.events.Outcome.Code;
import dev.millrace.events.Outcome.Rejected;
import dev.millrace.events.ProjectId;
import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.UserId;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunCommand.AddApprover;
import dev.millrace.events.run.RunCommand.CancelRun;
import dev.millrace.events.run.RunCommand.CreateRuns;
import dev.millrace.events.run.RunCommand.SetTaskAnnotations;
import dev.millrace.events.run.RunCommand.StartRun;
import dev.millrace.events.run.Runs;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is refused on the ledger while nothing new is taken, and what goes on. */
final class NewWorkTest {
  private static final RootGroup ROOT = RootGroup.of(new ProjectId("p"));
  private static final RunId RUN = new RunId(ROOT, 1);
  private static final Rejected CLOSED = new Rejected(Code.MAINTENANCE, "closed");

  @Test
  void whatPeopleWantIsRefusedWithItsReason() {
    assertThat(outcome(new CreateRuns(ROOT, null, List.of(), ""))).isEqualTo(CLOSED);
    assertThat(outcome(new AddApprover(RUN, "t", new UserId("u")))).isEqualTo(CLOSED);
    assertThat(outcome(new SetTaskAnnotations(RUN, "t", Map.of("a", "b")))).isEqualTo(CLOSED);
  }

  @Test
  void whatWasAcceptedGoesOnAndMayBeEnded() {
    assertThat(outcome(new CreateRuns(ROOT, 7L, List.of(), "nothing to do")))
        .isInstanceOf(Outcome.Accepted.class);
    assertThat(outcome(new StartRun(RUN))).isNotEqualTo(CLOSED);
    assertThat(outcome(new CancelRun(RUN))).isNotEqualTo(CLOSED);
  }

  private static Outcome outcome(RunCommand body) {
    var rules = new IntakeRules<>(new RunRules(), () -> Optional.of(CLOSED), NewWork::isNew);
    var command =
        new Command<>(
            new CommandId("c"), Instant.EPOCH, Actor.user(new UserId("u")), true, null, body);
    var open = new IntakeRules<>(new RunRules(), Intake.OPEN, NewWork::isNew);
    assertThat(open.decide(Runs.EMPTY, command, Instant.EPOCH, () -> "id").outcome())
        .isNotEqualTo(CLOSED);
    return rules.decide(Runs.EMPTY, command, Instant.EPOCH, () -> "id").outcome();
  }
}
