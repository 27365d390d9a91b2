package dev.millrace.gateway.core;

import dev.millrace.events.run.RunSpec;
import dev.millrace.events.run.RunSpec.SetupError;
import dev.millrace.pipeline.Evaluated;
import java.util.List;
import java.util.Map;

/**
 * What a delivery comes to.
 *
 * @param runs to be created together; may be none
 * @param reason why there are none; empty if there are some
 */
public record Plan(List<RunSpec> runs, String reason) {

  public Plan {
    runs = List.copyOf(runs);
  }

  public static Plan none(String reason) {
    return new Plan(List.of(), reason);
  }

  /** What the configuration file asks for. */
  public static Plan of(Push push, String file, Evaluated evaluated) {
    return switch (evaluated) {
      case Evaluated.Refused(var errors) -> broken(push, file, errors);
      case Evaluated.Planned(var runs) when runs.isEmpty() ->
          none("no run of " + file + " is for " + push.ref());
      case Evaluated.Planned(var runs) ->
          new Plan(
              runs.stream()
                  .map(run -> run.toSpec(push.group(), push.annotations(), push.environment()))
                  .toList(),
              "");
    };
  }

  /** One run that tells people what is wrong; it has the name of the file. */
  public static Plan broken(Push push, String file, List<SetupError> errors) {
    String name = file.substring(file.lastIndexOf('/') + 1);
    return new Plan(
        List.of(
            new RunSpec(
                name,
                push.group(),
                push.annotations(),
                errors,
                push.environment(),
                Map.of(),
                List.of())),
        "");
  }

  /** What is left of this plan when it was refused as it is. */
  public Plan refused(String why) {
    if (runs.isEmpty() || !runs.getFirst().setupErrors().isEmpty()) {
      return none("refused: " + why);
    }
    RunSpec first = runs.getFirst();
    return new Plan(
        List.of(
            new RunSpec(
                first.name(),
                first.group(),
                first.annotations(),
                List.of(new SetupError("", why)),
                first.staticEnvironment(),
                Map.of(),
                List.of())),
        "");
  }
}
