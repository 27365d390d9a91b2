package dev.millrace.bus.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.Outcome.Code;
import dev.millrace.events.Outcome.Rejected;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class IntakeTest {
  private static final Rejected FULL = new Rejected(Code.NO_SPACE, "full");
  private static final Rejected CLOSED = new Rejected(Code.MAINTENANCE, "closed");

  @Test
  void theFirstThatTakesNothingSaysWhy() {
    assertThat(Intake.all(List.of()).refusal()).isEmpty();
    assertThat(Intake.all(List.of(Intake.OPEN, Intake.OPEN)).refusal()).isEmpty();
    assertThat(
            Intake.all(List.of(Intake.OPEN, () -> Optional.of(CLOSED), () -> Optional.of(FULL)))
                .refusal())
        .contains(CLOSED);
  }
}
