package dev.millrace.verification.installation;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A home directory with nothing in it, and the {@code millrace} command run in it with an
 * environment that holds only what is said here. Removed when closed, with every process started
 * through it.
 */
public final class Installation implements AutoCloseable {
  private static final Duration READY_WITHIN = Duration.ofMinutes(2);

  private final Path home;
  private final int port;
  private final Map<String, String> environment = new LinkedHashMap<>();
  private final List<Process> started = new CopyOnWriteArrayList<>();
  private List<String> launch = List.of(script().toString());
  private Inspection inspection = _ -> {};

  private Installation(Path home, int port) {
    this.home = home;
    this.port = port;
    environment.put("HOME", home.toString());
    environment.put("PATH", System.getenv("PATH"));
    environment.put("LC_ALL", "C.UTF-8");
  }

  /** A new, empty installation with a free port of its own. */
  public static Installation create() throws IOException {
    return new Installation(Files.createTempDirectory("millrace-"), freePort());
  }

  /**
   * The script that is tried: the system property {@code millrace.script}, else {@code ./millrace}.
   */
  public static Path script() {
    String given = System.getProperty("millrace.script");
    if (given != null) {
      return Path.of(given).toAbsolutePath();
    }
    Path here = Path.of("").toAbsolutePath();
    for (Path at = here; at != null; at = at.getParent()) {
      if (Files.isExecutable(at.resolve("millrace"))) {
        return at.resolve("millrace");
      }
    }
    throw new IllegalStateException("there is no millrace script at or above " + here);
  }

  public Path home() {
    return home;
  }

  public Path dataDirectory() {
    return home.resolve("data");
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Sets a variable of every process started from now on. */
  public Installation with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /**
   * Starts servers by this command instead of the script; {@code up} and options are added to it.
   */
  public Installation launchedBy(List<String> command) {
    this.launch = List.copyOf(command);
    return this;
  }

  /** Looks at every server of this installation before it is asked to end. */
  public Installation inspectedBy(Inspection inspector) {
    this.inspection = inspector;
    return this;
  }

  /** A last look at a server that runs. */
  public interface Inspection {
    void of(Installation installation) throws Exception;
  }

  void inspect() throws Exception {
    inspection.of(this);
  }

  /** Starts a role in a process of its own beside the server that runs; does not wait. */
  public RunningRole beside(String role, String... options) throws IOException {
    List<String> command = new ArrayList<>(List.of(script().toString(), role));
    command.addAll(List.of("--data-dir", dataDirectory().toString()));
    command.addAll(List.of(options));
    Path output = Files.createTempFile(home, role, ".out");
    return new RunningRole(start(home, command, output), output);
  }

  /** Starts {@code millrace up} with these additional options; does not wait. */
  public RunningServer up(String... options) throws IOException {
    List<String> command = new ArrayList<>(launch);
    command.add("up");
    command.addAll(List.of("--data-dir", dataDirectory().toString()));
    command.addAll(List.of("--port", Integer.toString(port)));
    if (!List.of(options).contains("--min-free")) {
      // What is tried is not how full this disk is.
      command.addAll(List.of("--min-free", "0"));
    }
    command.addAll(List.of(options));
    Path output = Files.createTempFile(home, "up", ".out");
    Process process =
        builder(command)
            .redirectOutput(output.toFile())
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .start();
    started.add(process);
    return new RunningServer(this, process, output);
  }

  /** Starts {@code millrace up} and waits until it is ready. */
  public RunningServer upAndReady(String... options) throws Exception {
    return up(options).awaitReady(READY_WITHIN);
  }

  /** Waits until the server is ready, or until it is told to give up. */
  public void awaitAlive(BooleanSupplier goOn) throws InterruptedException {
    while (goOn.getAsBoolean() && !Api.isReady(uri())) {
      Thread.sleep(50);
    }
  }

  /** Runs a client command to its end. */
  public Finished millrace(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(script().toString()));
    command.addAll(Arrays.asList(arguments));
    return run(home, command);
  }

  /** Runs any command to its end, in this installation's environment. */
  public Finished run(Path directory, List<String> command) throws Exception {
    Path output = Files.createTempFile(home, "command", ".out");
    Path errors = Files.createTempFile(home, "command", ".err");
    Process process =
        builder(command)
            .directory(directory.toFile())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .start();
    started.add(process);
    int exit = process.waitFor();
    return new Finished(exit, Files.readString(output), Files.readString(errors));
  }

  /** Starts any command in this installation's environment; the caller ends it. */
  public Process start(Path directory, List<String> command, Path output) throws IOException {
    Process process =
        builder(command)
            .directory(directory.toFile())
            .redirectOutput(output.toFile())
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .start();
    started.add(process);
    return process;
  }

  /**
   * How a command ended.
   *
   * @param exit its status
   */
  public record Finished(int exit, String out, String err) {
    /** The standard output, if the command succeeded. */
    public String expectSuccess() {
      if (exit != 0) {
        throw new IllegalStateException("ended with " + exit + ": " + out + err);
      }
      return out;
    }
  }

  /** The token that the server's first start signed this home's client in with. */
  public String token() throws IOException {
    try (Stream<Path> files = Files.walk(home.resolve(".config"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String token = Api.tokenIn(Files.readString(file));
        if (token != null) {
          return token;
        }
      }
    }
    throw new IllegalStateException("no client is signed in below " + home);
  }

  private ProcessBuilder builder(List<String> command) {
    var builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder;
  }

  @Override
  public void close() throws IOException {
    for (Process process : started) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().onExit().join();
    }
    Removal.of(home);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
