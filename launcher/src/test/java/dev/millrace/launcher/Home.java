package dev.millrace.launcher;

import dev.millrace.launcher.client.Screen;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A person's machine: a home folder, variables, and what the command prints. */
public final class Home {
  private final Path folder;
  private final Map<String, String> variables = new HashMap<>();
  private String input = "";

  public Home(Path folder) {
    this.folder = folder;
    variables.put("HOME", folder.toString());
  }

  /** What came of a command. */
  public record Ran(int exit, byte[] bytes, String err) {
    public String out() {
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  public Home with(String variable, String value) {
    variables.put(variable, value);
    return this;
  }

  public Home typing(String text) {
    input = text;
    return this;
  }

  public Path clientFile() {
    return Folders.of(variables).clientFile();
  }

  public Path positionFile() {
    return Folders.of(variables).positionFile();
  }

  /** Runs the command to its end. */
  public Ran millrace(String... arguments) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var screen =
        new Screen(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false);
    var environment =
        new Environment(
            variables,
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            screen,
            folder,
            "./millrace",
            "/opt/millrace/millrace",
            folder);
    int exit = Millrace.run(environment, arguments);
    return new Ran(exit, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
  }
}
