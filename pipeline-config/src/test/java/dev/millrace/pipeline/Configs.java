package dev.millrace.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.run.RunSpec.SetupError;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Evaluates configurations that need no Jsonnet. */
final class Configs {
  static final GitContext MAIN = GitContext.ofBranch("main", "c0ffee");

  private static final PipelineConfig CONFIG =
      new PipelineConfig(
          (file, program, context) -> {
            throw new AssertionError("no Jsonnet here");
          });

  private Configs() {}

  static Evaluated yaml(String text, GitContext context) {
    return evaluate(".millrace/config.yml", text.getBytes(StandardCharsets.UTF_8), context);
  }

  static Evaluated json(String text) {
    return evaluate(".millrace/config.json", text.getBytes(StandardCharsets.UTF_8), MAIN);
  }

  static Evaluated evaluate(String name, byte[] bytes, GitContext context) {
    try {
      return CONFIG.evaluate(new ConfigFile(name, bytes), context);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The runs of a YAML file that has to be right. */
  static List<PlannedRun> runs(String text) {
    return runs(text, MAIN);
  }

  static List<PlannedRun> runs(String text, GitContext context) {
    Evaluated evaluated = yaml(text, context);
    assertThat(evaluated).isInstanceOf(Evaluated.Planned.class);
    return ((Evaluated.Planned) evaluated).runs();
  }

  /** The errors of a YAML file, as {@code place: message}. */
  static List<String> errors(String text) {
    return errors(yaml(text, MAIN));
  }

  static List<String> errors(Evaluated evaluated) {
    return switch (evaluated) {
      case Evaluated.Planned planned -> throw new AssertionError("no errors: " + planned);
      case Evaluated.Refused(List<SetupError> errors) ->
          errors.stream().map(e -> e.place() + ": " + e.message()).toList();
    };
  }

  /** A run with one task with these lines, indented by eight. */
  static String task(String lines) {
    return """
    runs:
      - name: r
        tasks:
          - name: t
    """
        + lines.indent(8);
  }
}
