package dev.millrace.launcher.client;

import dev.millrace.launcher.Environment;
import dev.millrace.launcher.Exit;
import dev.millrace.launcher.Version;
import picocli.CommandLine.Command;

@Command(name = "version", description = "Print the version of this program.")
final class VersionCommand extends ClientCommand {
  VersionCommand(Environment environment) {
    super(environment);
  }

  @Override
  int run() {
    if (json()) {
      printJson(
          JSON.createObjectNode()
              .put("version", Version.text())
              .put("java", System.getProperty("java.version")));
    } else {
      screen.out().println("millrace " + Version.text());
    }
    return Exit.OK;
  }
}
