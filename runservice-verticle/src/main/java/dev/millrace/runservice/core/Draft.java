package dev.millrace.runservice.core;

import dev.millrace.events.Decision;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.RunLife;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A decision about one run while it is made: what happened so far, and the run as that makes it.
 * What could not be evolved cannot get in.
 */
final class Draft {
  private final Instant at;
  private final List<RunEvent> events = new ArrayList<>();
  private Run run;

  Draft(Run run, Instant at) {
    this.run = run;
    this.at = at;
  }

  Run run() {
    return run;
  }

  /** The task of this name, which exists. */
  Run.Task task(String name) {
    Run.Task task = run.tasks().get(name);
    if (task == null) {
      throw new IllegalArgumentException("no task " + name);
    }
    return task;
  }

  Draft add(RunEvent.OfRun event) {
    run = RunLife.after(run, at, event);
    events.add(event);
    return this;
  }

  /** The decision as it stands. */
  Decision<RunEvent> accept() {
    return Decision.accept(run.id().toString(), events);
  }

  /** The decision with all that follows from it in the run. */
  Decision<RunEvent> settle() {
    Settling.settle(this);
    return accept();
  }
}
