package dev.millrace.launcher;

import dev.millrace.launcher.settings.SettingsTable;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "settings",
    description = "List the settings that a file for --config may hold.",
    footer = {
      "",
      "Examples:",
      "  millrace settings",
      "  millrace runservice --config FILE --show-config     what would count, without secrets"
    })
final class SettingsCommand implements Callable<Integer> {
  @Option(names = "--markdown", description = "As the table of the documentation.")
  boolean markdown;

  private final Environment environment;

  SettingsCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    var out = environment.screen().out();
    (markdown ? SettingsTable.markdown() : SettingsTable.text()).forEach(out::println);
    return Exit.OK;
  }
}
