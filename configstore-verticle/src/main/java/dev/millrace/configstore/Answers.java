package dev.millrace.configstore;

import dev.millrace.bus.BusException;
import dev.millrace.bus.ledger.CommandGate;
import dev.millrace.bus.ledger.CommandGate.UnansweredException;
import dev.millrace.events.Command;
import dev.millrace.events.Outcome;
import dev.millrace.events.Outcome.Rejected;
import dev.millrace.events.config.ConfigCommand;
import dev.millrace.http.Problem;
import dev.millrace.http.ProblemException;
import dev.millrace.http.Reply;
import dev.millrace.http.Request;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;

/** Turns requests into commands and decisions into replies. */
final class Answers {
  private final CommandGate<ConfigCommand> gate;
  private final InstantSource clock;
  private final Supplier<String> ids;
  private final Duration patience;

  Answers(
      CommandGate<ConfigCommand> gate,
      InstantSource clock,
      Supplier<String> ids,
      Duration patience) {
    this.gate = gate;
    this.clock = clock;
    this.ids = ids;
    this.patience = patience;
  }

  /** Has the command decided; the reply is made of the subject of what was accepted. */
  Reply to(Request request, ConfigCommand body, Function<String, Reply> accepted)
      throws InterruptedException {
    var command =
        new Command<>(
            Callers.id(request, ids.get()),
            clock.instant(),
            Callers.actorOf(request),
            true,
            null,
            body);
    try {
      var answer = gate.submit(command, patience).toCompletableFuture().get();
      return switch (answer.outcome()) {
        case Outcome.Accepted(var subject) -> accepted.apply(subject);
        case Rejected rejected -> throw new ProblemException(problem(rejected));
      };
    } catch (ExecutionException e) {
      // A command that could not be published may be on its topic all the same.
      if (e.getCause() instanceof UnansweredException || e.getCause() instanceof BusException) {
        return unanswered(command);
      }
      throw new IllegalStateException("command " + command.id() + " failed", e.getCause());
    }
  }

  private static Reply unanswered(Command<ConfigCommand> command) {
    var problem =
        Problem.of(
                503,
                "unanswered",
                "nobody has decided this in time; ask again with the Idempotency-Key "
                    + command.id())
            .with("command_id", command.id().value());
    return new Reply.Failed(problem, Map.of("Retry-After", "1"));
  }

  static Problem problem(Rejected rejected) {
    int status =
        switch (rejected.code()) {
          case INVALID, FROM_THE_FUTURE, UNREADABLE, WRONG_PARTITION -> 400;
          case FORBIDDEN -> 403;
          case NOT_FOUND -> 404;
          case WRONG_STATE, ALREADY_EXISTS, CONFLICT, STALE, EXPIRED -> 409;
          case TOO_LARGE -> 413;
          case UNDECIDABLE -> 500;
          case TRY_LATER, MAINTENANCE, NO_SPACE -> 503;
        };
    return Problem.of(status, rejected.code().wire(), rejected.message());
  }
}
