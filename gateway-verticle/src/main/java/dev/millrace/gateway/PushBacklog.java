package dev.millrace.gateway;

import dev.millrace.events.ProjectId;
import dev.millrace.events.RootGroup;
import dev.millrace.http.ProblemException;

/**
 * Takes no push while too many wait for their runs. What is recorded is never dropped, so more of
 * them would only wait longer.
 *
 * @param most refs of one project that may wait; one push may bring more
 */
record PushBacklog(TriggerConsumer trigger, int most) {

  /**
   * For a push to this project.
   *
   * @throws ProblemException 503 if it is not taken
   */
  void require(String project) {
    int waiting = trigger.waiting(RootGroup.of(new ProjectId(project)));
    if (waiting >= most) {
      throw ProblemException.tryLater(
          "%d pushed refs of this project wait for their runs, push again in a while"
              .formatted(waiting));
    }
    if (trigger.isFull()) {
      throw ProblemException.tryLater("too many pushes wait for their runs, push again in a while");
    }
  }
}
