package dev.millrace.gateway;

import dev.millrace.bus.ledger.Intake;
import dev.millrace.http.Guard;
import dev.millrace.http.Problem;
import dev.millrace.http.ProblemException;
import dev.millrace.http.Request;
import java.util.Optional;
import java.util.Set;

/**
 * Lets nobody change anything while nothing new is taken, so that what was accepted before can
 * still end. It keeps from the ledgers what would be refused there, and answers sooner.
 */
record IntakeGuard(Intake intake) {
  private static final Set<String> READING = Set.of("GET", "HEAD");

  /** Why nothing new is taken at present. */
  Optional<Problem> problem() {
    return intake.refusal().map(why -> Problem.of(503, why.code().wire(), why.message()));
  }

  /**
   * For what is about to change something.
   *
   * @throws ProblemException 503 if it is not taken
   */
  void require() {
    problem()
        .ifPresent(
            problem -> {
              throw new ProblemException(problem);
            });
  }

  /**
   * Asks the other guard first, then whether anything is taken if the request changes something.
   */
  Guard after(Guard other) {
    return request -> {
      Object principal = other.check(request);
      if (changes(request)) {
        require();
      }
      return principal;
    };
  }

  private static boolean changes(Request request) {
    return !READING.contains(request.method());
  }
}
