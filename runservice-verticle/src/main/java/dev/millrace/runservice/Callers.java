package dev.millrace.runservice;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.events.Actor;
import dev.millrace.events.Command;
import dev.millrace.events.CommandId;
import dev.millrace.events.ExecutorId;
import dev.millrace.events.Ids;
import dev.millrace.events.UserId;
import dev.millrace.events.run.RunCommand;
import dev.millrace.http.ProblemException;
import dev.millrace.http.Request;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.function.Supplier;
import org.slf4j.MDC;

/** Makes commands of requests: who asks, and under which id. */
final class Callers {
  static final String ACTOR = "Millrace-Actor";
  static final String IDEMPOTENCY_KEY = "Idempotency-Key";
  private final InstantSource clock;
  private final Supplier<String> ids;

  /**
   * A maker of commands.
   *
   * @param ids makes short random ids, for commands whose request names none
   */
  Callers(InstantSource clock, Supplier<String> ids) {
    this.clock = clock;
    this.ids = ids;
  }

  /** The command of a request; the same {@code Idempotency-Key} is the same command. */
  Command<RunCommand> command(Request request, Actor actor, RunCommand body) {
    CommandId id = id(request);
    MDC.put("command", id.value()); // a thread has one request
    return new Command<>(id, clock.instant(), actor, true, null, body);
  }

  private CommandId id(Request request) {
    String key = request.header(IDEMPOTENCY_KEY).filter(text -> !text.isBlank()).orElse(null);
    if (key == null) {
      return new CommandId(ids.get());
    }
    return new CommandId(Ids.GRAMMAR.matcher(key).matches() ? key : sha256(key));
  }

  /** Who asks; 400 if the request does not say. */
  static Actor actor(Request request) {
    String text =
        request
            .header(ACTOR)
            .orElseThrow(() -> ProblemException.badRequest("the header " + ACTOR + " is missing"));
    int colon = text.indexOf(':');
    String id = text.substring(colon + 1);
    try {
      return switch (text.substring(0, Math.max(colon, 0))) {
        case "user" -> Actor.user(new UserId(id));
        case "executor" -> Actor.executor(new ExecutorId(id));
        default -> throw malformedActor();
      };
    } catch (IllegalArgumentException _) {
      throw malformedActor();
    }
  }

  /** The person who asks; 403 if it is not a person. */
  static UserId person(Request request) {
    Actor actor = actor(request);
    if (actor.kind() != Actor.Kind.user) {
      throw ProblemException.forbidden("only a person may do this");
    }
    return new UserId(actor.id());
  }

  private static ProblemException malformedActor() {
    return ProblemException.badRequest(
        "the header " + ACTOR + " has to be user:<id> or executor:<id>");
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
