package dev.millrace.http;

import java.util.function.BooleanSupplier;

/**
 * Lets nobody in before what is known has been read: half of it would be told as if it were all.
 *
 * @param ready whether it has
 * @param then is asked once it has
 */
public record Starting(BooleanSupplier ready, Guard then) implements Guard {

  private static final Problem NOT_YET =
      Problem.of(503, "try-later", "the server is starting, try again in a moment");

  /** What is answered before. */
  public static final Reply REPLY = Reply.failed(NOT_YET);

  @Override
  public Object check(Request request) {
    check();
    return then.check(request);
  }

  /**
   * For those whom the guard is not asked about.
   *
   * @throws ProblemException 503 if it is too early
   */
  public void check() {
    if (!ready.getAsBoolean()) {
      throw new ProblemException(NOT_YET);
    }
  }
}
