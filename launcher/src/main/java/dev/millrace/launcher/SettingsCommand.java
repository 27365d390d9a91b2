package dev.millrace.launcher;

import dev.millrace.launcher.settings.SettingsSample;
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
      "  millrace settings --sample >/etc/millrace/millrace.yml",
      "  millrace runservice --config FILE --show-config     what would count, without secrets"
    })
final class SettingsCommand implements Callable<Integer> {
  @Option(names = "--markdown", description = "As the table of the documentation.")
  boolean markdown;

  @Option(names = "--sample", description = "As a file with all of them, to begin with.")
  boolean sample;

  private final Environment environment;

  SettingsCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    var out = environment.screen().out();
    (sample ? SettingsSample.lines() : markdown ? SettingsTable.markdown() : SettingsTable.text())
        .forEach(out::println);
    return Exit.OK;
  }
}
