package dev.millrace.pipeline;

import dev.millrace.events.run.RunSpec.SetupError;

/** Runs Jsonnet programs of strangers, with bounds on what they may use. Blocks. */
public interface JsonnetEvaluator {
  /**
   * Evaluates a program. If its value is a function, it is called with the context as the argument
   * {@code ctx}. Imports and external variables do not exist.
   *
   * @param file name for places in errors
   * @param context a JSON object
   * @throws EvaluatorUnavailableException if it could not be tried, through no fault of the program
   */
  Result evaluate(String file, byte[] program, String context) throws InterruptedException;

  /** What came of it. */
  sealed interface Result {
    /** The value as JSON in UTF-8. */
    record Value(byte[] json) implements Result {}

    /** The program is wrong or exceeded a bound. */
    record Failed(SetupError error) implements Result {}
  }
}
