package dev.millrace.executor.drivers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses between the sandbox and plain processes, by what is wanted and what works here. */
final class Isolating {
  private static final Logger LOG = LoggerFactory.getLogger(Isolating.class);

  private static final String ADVICE =
      "install bubblewrap (apt-get install bubblewrap, dnf install bubblewrap)";

  private final HostSettings settings;
  private final Path work;
  private final Optional<Path> program;
  private final Spawner spawner;

  /**
   * Makes it.
   *
   * @param program bubblewrap, if it is there
   */
  Isolating(HostSettings settings, Path work, Optional<Path> program, Spawner spawner) {
    this.settings = settings;
    this.work = work;
    this.program = program;
    this.spawner = spawner;
  }

  /** Where this machine has bubblewrap. */
  static Optional<Path> bubblewrap() {
    String own = System.getenv("PATH");
    return Programs.find(
        "bwrap", own == null ? HostSettings.DEFAULT_PATH : own + ":" + HostSettings.DEFAULT_PATH);
  }

  /**
   * How steps are started.
   *
   * @throws DriverException if the sandbox is required and cannot be had
   */
  Launcher launcher(Trash trash) throws IOException {
    if (settings.isolation() == HostSettings.Isolation.NONE) {
      return new Launcher(null, settings.environment(), spawner);
    }
    String problem;
    if (program.isEmpty()) {
      problem = "bubblewrap is not installed";
    } else {
      Sandbox sandbox = sandbox(program.get());
      String refusal = tryOut(sandbox, trash);
      if (refusal == null) {
        return new Launcher(sandbox, settings.environment(), spawner);
      }
      problem = "bubblewrap does not work here (" + refusal + ")";
    }
    if (settings.isolation() == HostSettings.Isolation.REQUIRED) {
      throw new DriverException(
          problem + ": " + ADVICE + ", or allow plain processes with --allow-unsandboxed", null);
    }
    LOG.warn("{}: steps run as plain processes, with all rights of this user; {}", problem, ADVICE);
    return new Launcher(null, settings.environment(), spawner);
  }

  private Sandbox sandbox(Path program) {
    var hidden = new ArrayList<>(settings.hidden());
    hidden.add(work);
    return new Sandbox(program, hidden, settings.exposed());
  }

  // What bubblewrap says against it; null if it works.
  private @Nullable String tryOut(Sandbox sandbox, Trash trash) throws IOException {
    Place place = Place.make(work, "w0");
    try {
      sandbox.furnish(place);
      var command = new ArrayList<>(List.of(sandbox.program().toString()));
      command.addAll(
          sandbox.arguments(place, Map.of("PATH", HostSettings.DEFAULT_PATH), place.project()));
      command.addAll(List.of("--", "/bin/sh", "-c", "exit 0"));
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String says =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return process.waitFor() == 0 ? null : says.replace('\n', ' ');
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DriverException("interrupted", e);
    } finally {
      trash.take(place.root());
      trash.take(place.control());
    }
  }
}
