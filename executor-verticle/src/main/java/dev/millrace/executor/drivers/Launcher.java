package dev.millrace.executor.drivers;

import dev.millrace.executor.core.StepCommand;
import java.io.IOException;
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
  private static final String PLAIN = "exec \"$@\"";
  private static final String SANDBOXED = "exec \"$@\" 3<&0 0</dev/null";
  private static final Path ROOT = Path.of("/");

  private final @Nullable Sandbox sandbox;
  private final Map<String, String> base;
  private final Spawner spawner;
  private final Marking marking;

  /**
   * Finds out how it is done here.
   *
   * @param sandbox null: plain processes
   * @param base variables of every step
   * @throws DriverException if processes cannot be marked here
   */
  Launcher(@Nullable Sandbox sandbox, Map<String, String> base, Spawner spawner) {
    this.sandbox = sandbox;
    this.base = base;
    this.spawner = spawner;
    this.marking = new Marking(spawner);
  }

  boolean sandboxed() {
    return sandbox != null;
  }

  /** Whether the process belongs to the sandbox rather than to the step in it. */
  boolean isOurs(Processes.Found found, long started) {
    return sandboxed() && (found.pid() == started || found.parent() == started);
  }

  /**
   * What a program is started with to be in a session of its own, and to ignore no signal that the
   * server ignores (as what a shell starts in the background ignores Ctrl-C); less where this
   * system cannot do it.
   */
  static List<String> session() {
    List<String> all = new ArrayList<>();
    program("env")
        .filter(env -> succeeds(env, "--default-signal", "true"))
        .ifPresent(env -> all.addAll(List.of(env, "--default-signal")));
    program("setsid").ifPresent(all::add);
    return all;
  }

  private static Optional<String> program(String name) {
    return Programs.find(name, HostSettings.DEFAULT_PATH).map(Path::toString);
  }

  private static boolean succeeds(String... command) {
    try {
      return new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException _) {
      return false;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
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
    try {
      Optional<String> opening =
          sandbox == null ? marking.within(command, environment, mark) : Optional.empty();
      Files.writeString(script, opening.orElse("") + step.script());
      command.add(script.toString());
      return sandbox == null
          ? spawner.spawn(
              opening.isPresent() ? command : marking.around(command, PLAIN, mark),
              environment,
              workingDir,
              null)
          : sandboxed(sandbox, command, mark, sandbox.arguments(place, environment, workingDir));
    } catch (IOException | IllegalArgumentException e) {
      throw new DriverException("the step cannot be started: " + e.getMessage(), e);
    }
  }

  // The sandbox is built by a process outside of it, which therefore must not see anything that a
  // task may choose: its environment (LD_PRELOAD!) comes in as arguments through a pipe.
  private Process sandboxed(Sandbox box, List<String> command, Mark mark, List<String> arguments)
      throws IOException {
    if (arguments.stream().anyMatch(argument -> argument.indexOf('\0') >= 0)) {
      throw new IllegalArgumentException("the environment has a NUL character in it");
    }
    var all = new ArrayList<>(List.of(box.program().toString(), "--args", "3", "--"));
    all.addAll(command);
    return spawner.spawn(
        marking.around(all, SANDBOXED, mark),
        Map.of("PATH", HostSettings.DEFAULT_PATH),
        ROOT,
        (String.join("\0", arguments) + "\0").getBytes(StandardCharsets.UTF_8));
  }

  private Map<String, String> environment(Place place, StepCommand step) {
    var all = new LinkedHashMap<String, String>();
    all.put("PATH", HostSettings.DEFAULT_PATH);
    all.put("HOME", place.home().toString());
    all.put("TMPDIR", sandboxed() ? "/tmp" : place.temporary().toString());
    all.put("USER", sandboxed() ? "millrace" : System.getProperty("user.name"));
    all.put("SHELL", "/bin/sh");
    all.put("MILLRACE_WORKSPACE", place.root().toString());
    all.putAll(base);
    all.putAll(step.environment());
    if (!all.containsKey("LANG") && !all.containsKey("LC_ALL")) {
      // LANG would make every process of a step read the dozen files of a whole locale.
      all.putIfAbsent("LC_CTYPE", "C.UTF-8");
    }
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
}
