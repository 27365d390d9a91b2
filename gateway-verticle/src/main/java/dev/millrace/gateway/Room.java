package dev.millrace.gateway;

import dev.millrace.http.Guard;
import dev.millrace.http.Problem;
import dev.millrace.http.ProblemException;
import dev.millrace.http.Request;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Lets nobody change anything while there is no room to keep it, so that what was accepted before
 * can still end.
 *
 * @param shortage what there is too little of, as a sentence; empty if all is well
 */
public record Room(Supplier<Optional<String>> shortage) {
  /** Where there is always room. */
  public static final Room ENDLESS = new Room(Optional::empty);

  private static final Set<String> READING = Set.of("GET", "HEAD");

  /** The problem that there is at present. */
  Optional<Problem> problem() {
    return shortage.get().map(why -> Problem.of(503, "no-space", why));
  }

  /**
   * For what is about to change something.
   *
   * @throws ProblemException 503 if there is no room for it
   */
  void require() {
    problem()
        .ifPresent(
            problem -> {
              throw new ProblemException(problem);
            });
  }

  /** Asks the other guard first, then for room if the request changes something. */
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
