package dev.millrace.gateway;

import dev.millrace.pipeline.ConfigFile;
import dev.millrace.pipeline.Evaluated;
import dev.millrace.pipeline.GitContext;

/** Evaluates configuration files. Blocks; called by several threads. */
@FunctionalInterface
public interface PipelineEvaluator {

  /**
   * What the file comes to; never fails because of what is in it. An unchecked exception if it
   * could not be tried now.
   */
  Evaluated evaluate(ConfigFile file, GitContext context) throws InterruptedException;
}
