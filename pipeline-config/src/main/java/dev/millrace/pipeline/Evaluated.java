package dev.millrace.pipeline;

import dev.millrace.events.run.RunSpec.SetupError;
import java.util.List;

/** What came of a configuration. */
public sealed interface Evaluated {
  /**
   * It is right.
   *
   * @param runs those whose {@code when} matches, in the order of the file; may be none
   */
  record Planned(List<PlannedRun> runs) implements Evaluated {
    public Planned {
      runs = List.copyOf(runs);
    }
  }

  /**
   * It is wrong.
   *
   * @param errors everything found, in the order of the file; never empty
   */
  record Refused(List<SetupError> errors) implements Evaluated {
    public Refused {
      errors = List.copyOf(errors);
    }
  }
}
