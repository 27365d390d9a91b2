package dev.millrace.runservice.feed;

import dev.millrace.events.RunId;
import dev.millrace.events.run.Run;
import dev.millrace.http.ProblemException;

/** Where runs are that have ended a while ago. Any thread. */
public interface RunStore {
  /**
   * The run as it was at its end. May block.
   *
   * @throws ProblemException 410 if it is not there any more, 503 if it cannot be read at present
   */
  Run find(RunId id);
}
