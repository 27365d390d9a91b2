package dev.millrace.executor;

import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ClaimedTask;
import dev.millrace.events.run.ExecutorRef;
import java.util.concurrent.CompletionStage;

/** Where an executor asks for what it was given. Any thread; does not block. */
public interface Claims {
  /**
   * Claims an attempt. The stage gives the task once the claim is an accepted decision. It fails
   * with {@link ClaimRefusedException} if it never will be; after any other failure nobody knows,
   * and the same key may be asked again.
   *
   * @param key the same for the same claim
   */
  CompletionStage<ClaimedTask> claim(AttemptRef attempt, ExecutorRef executor, String key);
}
