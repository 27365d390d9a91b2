package dev.millrace.gateway;

import dev.millrace.http.Guard;
import dev.millrace.http.Problem;
import dev.millrace.http.ProblemException;
import dev.millrace.http.Reply;
import dev.millrace.http.Request;
import java.util.function.BooleanSupplier;

/** Lets nobody in before what is known has been read. */
record Starting(BooleanSupplier ready, Guard then) implements Guard {

  private static final Problem NOT_YET =
      Problem.of(503, "try-later", "the server is starting, try again in a moment");

  static final Reply REPLY = Reply.failed(NOT_YET);

  @Override
  public Object check(Request request) {
    check();
    return then.check(request);
  }

  void check() {
    if (!ready.getAsBoolean()) {
      throw new ProblemException(NOT_YET);
    }
  }
}
