package dev.millrace.launcher.client;

import dev.millrace.launcher.Environment;
import dev.millrace.launcher.Exit;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "init",
    description = "Write a sample configuration into the repository that you are in.",
    footer = {"", "It never overwrites one. docs/configuration.md explains every field."})
final class InitCommand extends ClientCommand {
  /** What a configuration can be written in. */
  enum Format {
    yml,
    json,
    jsonnet
  }

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} if not given.")
  Format format = Format.yml;

  InitCommand(Environment environment) {
    super(environment);
  }

  @Override
  int run() throws IOException {
    Path file = environment.directory().resolve(".millrace").resolve("config." + format);
    Files.createDirectories(file.getParent());
    Files.write(file, sample(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    if (json()) {
      printJson(JSON.createObjectNode().put("file", file.toString()));
    } else {
      screen.out().println("wrote " + environment.directory().relativize(file));
      screen.out().println("next:");
      screen.out().println("  git add .millrace && git commit -m 'Build with Millrace'");
      screen.out().println("  " + environment.command() + " project create NAME");
    }
    return Exit.OK;
  }

  private byte[] sample() throws IOException {
    String name = "sample." + format;
    try (InputStream in = InitCommand.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("not on the class path: " + name);
      }
      return in.readAllBytes();
    }
  }
}
