package dev.millrace.bus.ledger;

import dev.millrace.events.Command;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Takes commands from those who wait for the answer. Any thread. */
public interface CommandGate<C> {
  /**
   * Looks the id up among those decided, else publishes the command, then waits for the accepted
   * decision with its id. The command has to say {@code waited}.
   *
   * @return the answer; or {@link UnansweredException} when none came in time: nobody knows yet,
   *     and the same id may be asked again
   */
  CompletionStage<Answer> submit(Command<C> command, Duration patience);

  /** No answer came in time. */
  final class UnansweredException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public UnansweredException(String message) {
      super(message);
    }
  }
}
