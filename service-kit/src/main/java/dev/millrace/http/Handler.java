package dev.millrace.http;

/** Answers the requests of a route. Each call has a virtual thread of its own and may block. */
@FunctionalInterface
public interface Handler {

  /** The answer; {@link ProblemException} for a failure, anything else thrown is answered 500. */
  Reply handle(Request request) throws Exception;
}
