package dev.millrace.configstore;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.events.Actor;
import dev.millrace.events.CommandId;
import dev.millrace.events.ExecutorId;
import dev.millrace.events.Ids;
import dev.millrace.events.UserId;
import dev.millrace.http.Guard;
import dev.millrace.http.ProblemException;
import dev.millrace.http.Request;
import java.security.MessageDigest;
import org.slf4j.MDC;

/** Who sends a request, and under which id it is one and the same. */
final class Callers {
  private static final String ACTOR = "Millrace-Actor";

  private Callers() {}

  /** Lets in who knows the secret; the principal is the {@link Actor} for whom it asks. */
  static Guard guard(String secret) {
    byte[] expected = ("Bearer " + secret).getBytes(UTF_8);
    return request -> {
      byte[] given = request.header("Authorization").orElse("").getBytes(UTF_8);
      if (!MessageDigest.isEqual(expected, given)) {
        throw ProblemException.unauthorized("this interface is for parts of Millrace only");
      }
      return actor(request);
    };
  }

  static Actor actorOf(Request request) {
    return (Actor) request.principal();
  }

  /** The id that the caller chose for what it wants, or else the given one. */
  static CommandId id(Request request, String otherwise) {
    String key =
        request.header("Idempotency-Key").filter(text -> !text.isBlank()).orElse(otherwise);
    var id = new CommandId(Ids.GRAMMAR.matcher(key).matches() ? key : Tokens.hash(key));
    MDC.put("command", id.value()); // a thread has one request
    return id;
  }

  private static Actor actor(Request request) {
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
        case "system" -> Actor.system(id);
        default -> throw malformed();
      };
    } catch (IllegalArgumentException _) {
      throw malformed();
    }
  }

  private static ProblemException malformed() {
    return ProblemException.badRequest(
        "the header " + ACTOR + " has to be user:<id>, executor:<id> or system:<part>");
  }
}
