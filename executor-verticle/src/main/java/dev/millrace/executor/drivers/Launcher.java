package dev.millrace.executor.drivers;

import dev.millrace.executor.core.StepCommand;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Starts the processes of steps: marked, in a session of their own, in the sandbox or not. */
final class Launcher {
  private static final List<String> FLAGS = List.of("-w", "-x"); // of dash and busybox; of bash

  private final @Nullable Sandbox sandbox;
  private final Map<String, String> base;
  private final List<String> session;
  private final String flag;

  /**
   * Finds out how it is done here.
   *
   * @param sandbox null: plain processes
   * @throws DriverException if processes cannot be marked here
   */
  Launcher(@Nullable Sandbox sandbox, Map<String, String> base) {
    this.sandbox = sandbox;
    this.base = base;
    this.session = session();
    this.flag = flag();
  }

  boolean sandboxed() {
    return sandbox != null;
  }

  /** Whether the process belongs to the sandbox rather than to the step in it. */
  boolean isOurs(Processes.Found found, long started) {
    return sandboxed() && (found.pid() == started || found.parent() == started);
  }

  static List<String> session() {
    return Programs.find("setsid", HostSettings.DEFAULT_PATH)
        .map(path -> List.of(path.toString()))
        .orElse(List.of());
  }

  void furnish(Place place) throws IOException {
    if (sandbox != null) {
      sandbox.furnish(place);
    }
  }

  /**
   * Starts a step. To be called by a thread that lives as long as the driver: the sandbox dies with
   * the thread that started it.
   *
   * @throws DriverException if it cannot be started
   */
  Process start(Place place, StepCommand step, Mark mark, String scriptName) {
    Path workingDir = place.workingDir(step.workingDir());
    Map<String, String> environment = environment(place, step);
    var command = new ArrayList<>(step.shell());
    command.set(0, shell(command.getFirst(), workingDir, environment).toString());
    Path script = place.control().resolve(scriptName);
    command.add(script.toString());
    try {
      Files.writeString(script, step.script());
      return sandbox == null
          ? plain(command, mark, environment, workingDir)
          : sandboxed(sandbox, command, mark, sandbox.arguments(place, environment, workingDir));
    } catch (IOException | IllegalArgumentException e) {
      throw new DriverException("the step cannot be started: " + e.getMessage(), e);
    }
  }

  private Process plain(
      List<String> command, Mark mark, Map<String, String> environment, Path workingDir)
      throws IOException {
    var builder = builder(marked(mark, "exec \"$@\"", command), environment);
    builder.directory(workingDir.toFile());
    builder.redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
    return builder.start();
  }

  // The sandbox is built by a process outside of it, which therefore must not see anything that a
  // task may choose: its environment (LD_PRELOAD!) comes in as arguments through a pipe.
  private Process sandboxed(Sandbox box, List<String> command, Mark mark, List<String> arguments)
      throws IOException {
    var all = new ArrayList<>(List.of(box.program().toString(), "--args", "3", "--"));
    all.addAll(command);
    var builder =
        builder(
            marked(mark, "exec \"$@\" 3<&0 0</dev/null", all),
            Map.of("PATH", HostSettings.DEFAULT_PATH));
    builder.directory(new java.io.File("/"));
    Process process = builder.start();
    try (OutputStream input = process.getOutputStream()) {
      for (String argument : arguments) {
        if (argument.indexOf('\0') >= 0) {
          process.destroyForcibly();
          throw new IllegalArgumentException("the environment has a NUL character in it");
        }
      }
      input.write((String.join("\0", arguments) + "\0").getBytes(StandardCharsets.UTF_8));
    }
    return process;
  }

  private static ProcessBuilder builder(List<String> command, Map<String, String> environment) {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder;
  }

  private List<String> marked(Mark mark, String exec, List<String> command) {
    return marked(flag, mark, exec, command);
  }

  private List<String> marked(String option, Mark mark, String exec, List<String> command) {
    var all = new ArrayList<>(session);
    all.addAll(
        List.of(
            "/bin/sh",
            "-c",
            "ulimit %s %d && %s".formatted(option, mark.value(), exec),
            "millrace"));
    all.addAll(command);
    return all;
  }

  private Map<String, String> environment(Place place, StepCommand step) {
    var all = new LinkedHashMap<String, String>();
    all.put("PATH", HostSettings.DEFAULT_PATH);
    all.put("HOME", place.home().toString());
    all.put("TMPDIR", sandboxed() ? "/tmp" : place.temporary().toString());
    all.put("USER", sandboxed() ? "millrace" : System.getProperty("user.name"));
    all.put("LANG", "C.UTF-8");
    all.put("MILLRACE_WORKSPACE", place.root().toString());
    all.putAll(base);
    all.putAll(step.environment());
    return all;
  }

  private Path shell(String name, Path workingDir, Map<String, String> environment) {
    Optional<Path> found =
        name.indexOf('/') >= 0
            ? Optional.of(workingDir.resolve(name)).filter(Programs::runnable)
            : Programs.find(name, environment.getOrDefault("PATH", HostSettings.DEFAULT_PATH));
    return found
        .filter(path -> sandbox == null || !sandbox.hides(path) || path.startsWith(workingDir))
        .orElseThrow(
            () -> new DriverException("the shell " + name + " is not on this machine", null));
  }

  private String flag() {
    for (String option : FLAGS) {
      try {
        var builder =
            builder(marked(option, Mark.of(100_000_000, 0), "exec \"$@\"", List.of("true")), base)
                .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        if (builder.start().waitFor() == 0) {
          return option;
        }
      } catch (IOException e) {
        throw new DriverException("cannot start /bin/sh: " + e.getMessage(), e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new DriverException("interrupted", e);
      }
    }
    throw new DriverException(
        "processes cannot be marked here: the limit on file locks (ulimit -w or -x) is taken",
        null);
  }
}
