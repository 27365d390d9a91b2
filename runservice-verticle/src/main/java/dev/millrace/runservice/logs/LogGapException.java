package dev.millrace.runservice.logs;

import dev.millrace.datamanager.logs.StepKey;
import dev.millrace.http.Problem;

/** Bytes of a log are missing between what was read and what comes next: they are lost. */
public final class LogGapException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final String sentence;

  LogGapException(StepKey step, long have, long next) {
    this("the log of %s has a gap: bytes %d to %d are missing".formatted(step, have, next - 1));
  }

  private LogGapException(String sentence) {
    super(sentence);
    this.sentence = sentence;
  }

  /** As it is told to the reader. */
  public Problem problem() {
    return Problem.of(410, "log-gap", sentence);
  }
}
