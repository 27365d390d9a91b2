package dev.millrace.http;

/** A request fails for this reason. Thrown by handlers, and by {@link HttpCaller}'s calls. */
public final class ProblemException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final transient Problem problem;

  public ProblemException(Problem problem) {
    super(problem.message(), null, false, false);
    this.problem = problem;
  }

  public Problem problem() {
    return problem;
  }

  public static ProblemException badRequest(String message) {
    return new ProblemException(Problem.of(400, "invalid", message));
  }

  public static ProblemException unauthorized(String message) {
    return new ProblemException(Problem.of(401, "unauthorized", message));
  }

  public static ProblemException forbidden(String message) {
    return new ProblemException(Problem.of(403, "forbidden", message));
  }

  /** There is none of that; {@code message} as in "there is no project x". */
  public static ProblemException notFound(String message) {
    return new ProblemException(Problem.of(404, "not-found", message));
  }

  public static ProblemException conflict(String code, String message) {
    return new ProblemException(Problem.of(409, code, message));
  }

  public static ProblemException tooLarge(String message) {
    return new ProblemException(Problem.of(413, "too-large", message));
  }

  /**
   * Whoever asks does so too often.
   *
   * @param seconds after which it may ask again
   */
  public static ProblemException tooManyRequests(String message, long seconds) {
    return new ProblemException(
        Problem.of(429, "too-many-requests", message)
            .with(Problem.RETRY_AFTER, Long.toString(seconds)));
  }

  /** A bound is reached or a part is away for the moment; answered with Retry-After. */
  public static ProblemException tryLater(String message) {
    return new ProblemException(Problem.of(503, "try-later", message));
  }
}
