package dev.millrace.launcher;

import dev.millrace.launcher.settings.Role;
import dev.millrace.launcher.settings.Settings;
import dev.millrace.launcher.settings.SettingsException;
import dev.millrace.launcher.settings.Sources;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a process of an installation of many. */
final class ConfigOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "Run as one of many, over the Kafka, etcd and object storage that this file names;"
              + " millrace settings lists what it may hold.")
  @Nullable Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "With --config: a setting that counts more than that of the file.")
  List<String> assignments = new ArrayList<>();

  @Option(
      names = "--show-config",
      description = "Print the settings that would count, without secrets, and start nothing.")
  boolean show;

  /** Whether this is to be one of many. */
  boolean isGiven() {
    if (file == null && (show || !assignments.isEmpty())) {
      throw new Refused(Exit.USAGE, "--set and --show-config need --config");
    }
    return file != null;
  }

  /** Reads them; all that is wrong is told at once. */
  Settings read(Environment environment, Set<Role> roles) {
    return read(new Sources(file, assignments, environment.variables()), environment, roles);
  }

  static Settings read(Sources sources, Environment environment, Set<Role> roles) {
    try {
      return Settings.read(sources, roles);
    } catch (SettingsException e) {
      e.problems().forEach(problem -> environment.screen().err().println("  " + problem));
      int count = e.problems().size();
      throw new Refused(
          Exit.USAGE,
          count == 1 ? "this setting cannot be" : "these %d settings cannot be".formatted(count));
    }
  }
}
