package dev.millrace.runservice;

import dev.millrace.bus.BusException;
import dev.millrace.bus.ledger.Answer;
import dev.millrace.bus.ledger.CommandGate;
import dev.millrace.bus.ledger.CommandGate.UnansweredException;
import dev.millrace.events.Command;
import dev.millrace.events.CommandId;
import dev.millrace.events.Outcome;
import dev.millrace.events.Outcome.Rejected;
import dev.millrace.events.UnreadableException;
import dev.millrace.events.run.RunCommand;
import dev.millrace.http.Problem;
import dev.millrace.http.ProblemException;
import dev.millrace.http.Reply;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/** Publishes commands of requests and answers with what is decided: the one place that maps it. */
final class Answers {
  private final CommandGate<RunCommand> gate;
  private final Duration patience;

  /**
   * Answers from this gate.
   *
   * @param patience how long a request waits for the decision
   */
  Answers(CommandGate<RunCommand> gate, Duration patience) {
    this.gate = gate;
    this.patience = patience;
  }

  /**
   * Waits for the decision; what is accepted is answered with what {@code accepted} makes of it.
   */
  Reply decided(Command<RunCommand> command, Function<String, Reply> accepted)
      throws InterruptedException {
    return decided(command, accepted, rejected -> Reply.failed(problem(rejected)));
  }

  /** As {@link #decided(Command, Function)}, with an answer of its own to rejections. */
  Reply decided(
      Command<RunCommand> command,
      Function<String, Reply> accepted,
      Function<Rejected, Reply> otherwise)
      throws InterruptedException {
    try {
      Answer answer = submit(command).toCompletableFuture().get();
      return switch (answer.outcome()) {
        case Outcome.Accepted(String subject) -> accepted.apply(subject);
        case Rejected rejected -> otherwise.apply(rejected);
      };
    } catch (ExecutionException e) {
      return switch (e.getCause()) {
        case UnansweredException _ -> unanswered(command.id());
        case BusException _ -> unanswered(command.id()); // it may have landed all the same
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw new IllegalStateException(e);
      };
    }
  }

  private CompletionStage<Answer> submit(Command<RunCommand> command) {
    try {
      return gate.submit(command, patience);
    } catch (UnreadableException e) {
      String why = String.valueOf(e.getMessage());
      throw ProblemException.badRequest(why.startsWith("body.") ? why.substring(5) : why);
    }
  }

  /** Why a command was refused, for HTTP. */
  static Problem problem(Rejected rejected) {
    return Problem.of(status(rejected.code()), rejected.code().wire(), rejected.message());
  }

  private static int status(Outcome.Code code) {
    return switch (code) {
      case INVALID, FROM_THE_FUTURE, UNREADABLE, WRONG_PARTITION -> 400;
      case FORBIDDEN -> 403;
      case NOT_FOUND -> 404;
      case WRONG_STATE, ALREADY_EXISTS, CONFLICT, STALE, EXPIRED -> 409;
      case TOO_LARGE -> 413;
      case UNDECIDABLE -> 500;
      case TRY_LATER, MAINTENANCE, NO_SPACE -> 503;
    };
  }

  private static Reply unanswered(CommandId id) {
    return new Reply.Failed(
        Problem.of(
                503,
                "unanswered",
                "nobody has decided this in time; ask again with the same Idempotency-Key")
            .with("command_id", id.value()),
        Map.of("Retry-After", "1"));
  }
}
