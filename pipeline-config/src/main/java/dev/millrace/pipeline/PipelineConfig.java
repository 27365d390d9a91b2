package dev.millrace.pipeline;

import dev.millrace.events.run.RunSpec.SetupError;
import java.util.List;

/**
 * Turns a configuration file into the runs it asks for. Safe for use by many threads; blocks while
 * a Jsonnet program runs.
 */
public final class PipelineConfig {
  private final JsonnetEvaluator jsonnet;

  public PipelineConfig(JsonnetEvaluator jsonnet) {
    this.jsonnet = jsonnet;
  }

  /**
   * Evaluates the file for a push. Never fails because of what is in the file.
   *
   * @throws EvaluatorUnavailableException if a Jsonnet program could not be tried
   */
  public Evaluated evaluate(ConfigFile file, GitContext context) throws InterruptedException {
    return new Evaluated.Refused(
        List.of(new SetupError(file.name(), "not read yet: " + context.ref() + jsonnet)));
  }
}
