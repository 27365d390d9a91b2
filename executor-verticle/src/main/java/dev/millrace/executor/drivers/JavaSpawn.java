package dev.millrace.executor.drivers;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Starts processes as Java does, for systems that lack what {@link PosixSpawn} needs. */
final class JavaSpawn implements Spawner {
  private final List<String> session;

  /**
   * Makes one.
   *
   * @param session what a command is started with to be in a session of its own; empty: nothing
   */
  JavaSpawn(List<String> session) {
    this.session = session;
  }

  @Override
  public Process spawn(
      List<String> command, Map<String, String> environment, Path folder, byte @Nullable [] input)
      throws IOException {
    var all = new ArrayList<>(session);
    all.addAll(command);
    var builder = new ProcessBuilder(all).redirectErrorStream(true).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    if (input == null) {
      builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
      return builder.start();
    }
    Process process = builder.start();
    try (OutputStream to = process.getOutputStream()) {
      to.write(input);
      return process;
    } catch (IOException e) {
      process.destroyForcibly();
      throw e;
    }
  }
}
