package dev.millrace.configstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.millrace.bus.ledger.Answer;
import dev.millrace.bus.ledger.CommandGate;
import dev.millrace.bus.ledger.LedgerView;
import dev.millrace.events.Command;
import dev.millrace.events.Outcome;
import dev.millrace.events.config.ConfigCommand;
import dev.millrace.events.config.ConfigEvent;
import dev.millrace.events.config.Configuration;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

final class BootstrapTest {
  private final List<Command<ConfigCommand>> asked = new ArrayList<>();

  @Test
  void theSameCommandIsAskedForAgainWhileNobodyAnswers() throws Exception {
    bootstrap(4).ensureAdministrator("token");

    assertThat(asked).hasSize(5).containsOnly(asked.getFirst());
  }

  @Test
  void whoIsNeverAnsweredIsTold() {
    assertThatIllegalStateException()
        .isThrownBy(() -> bootstrap(Integer.MAX_VALUE).ensureAdministrator("token"))
        .withMessage("no administrator could be made: nobody knows");

    assertThat(asked).hasSize(6);
  }

  private Bootstrap bootstrap(int unanswered) {
    CommandGate<ConfigCommand> gate =
        (command, patience) -> {
          asked.add(command);
          return asked.size() > unanswered ? accepted(command) : unanswered();
        };
    return new Bootstrap(gate, new Empty(), () -> Instant.EPOCH, Duration.ofSeconds(1));
  }

  private static CompletionStage<Answer> accepted(Command<ConfigCommand> command) {
    return CompletableFuture.completedStage(new Answer(command.id(), Outcome.accepted(), 0, 1));
  }

  private static CompletionStage<Answer> unanswered() {
    return CompletableFuture.failedStage(new CommandGate.UnansweredException("nobody knows"));
  }

  /** A configuration that stays empty. */
  private static final class Empty implements LedgerView<Configuration, ConfigEvent> {
    @Override
    public int partitions() {
      return 1;
    }

    @Override
    public Configuration state(int partition) {
      return Configuration.EMPTY;
    }

    @Override
    public long n(int partition) {
      return 0;
    }

    @Override
    public long position(int partition) {
      return 0;
    }

    @Override
    public boolean isAccepted(int asked, long offset) {
      return true;
    }

    @Override
    public Subscription subscribe(Listener<Configuration, ConfigEvent> listener) {
      return () -> {};
    }
  }
}
