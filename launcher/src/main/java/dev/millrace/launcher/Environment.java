package dev.millrace.launcher;

import dev.millrace.launcher.client.Screen;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;

/**
 * What the command finds around itself, so that tests can give another world.
 *
 * @param directory the current one
 * @param command how people call this command here, for hints
 * @param script where the command lies, for programs that are to call it
 * @param distribution where what was built lies
 */
public record Environment(
    Map<String, String> variables,
    InputStream in,
    Screen screen,
    Path directory,
    String command,
    String script,
    Path distribution) {
  public Environment {
    variables = Map.copyOf(variables);
  }

  public Folders folders() {
    return Folders.of(variables);
  }
}
