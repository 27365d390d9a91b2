package dev.millrace.http;

/** Finds out who asks, before a handler is called. */
@FunctionalInterface
public interface Guard {

  /** Whoever asks; {@link ProblemException} (401, 403) if nobody may. */
  Object check(Request request);
}
