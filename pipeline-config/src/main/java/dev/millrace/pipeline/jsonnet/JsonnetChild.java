package dev.millrace.pipeline.jsonnet;

import dev.millrace.events.run.RunSpec.SetupError;
import dev.millrace.pipeline.EvaluatorUnavailableException;
import dev.millrace.pipeline.JsonnetEvaluator;
import dev.millrace.pipeline.jsonnet.JsonnetProgram.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evaluates every program in a JVM of its own, since nothing inside of one JVM can bound memory.
 * The child inherits no environment, has a small heap, and is killed when its time is over.
 */
public final class JsonnetChild implements JsonnetEvaluator {
  private static final Logger LOG = LoggerFactory.getLogger(JsonnetChild.class);
  private static final int EXIT_ON_OUT_OF_MEMORY = 3;
  private static final int MOST_COMPLAINTS = 64 * 1024;
  private static final Duration START = Duration.ofSeconds(60);

  private final JsonnetLimits limits;
  private final Path java;
  private final Path workingDirectory;
  private final Semaphore places;

  /**
   * Makes an evaluator.
   *
   * @param java the program to run, of the same version as this one
   * @param workingDirectory where the child runs; it needs nothing there
   */
  public JsonnetChild(JsonnetLimits limits, Path java, Path workingDirectory) {
    this.limits = limits;
    this.java = java;
    this.workingDirectory = workingDirectory;
    this.places = new Semaphore(limits.concurrent(), true);
  }

  @Override
  public Result evaluate(String file, byte[] program, String context) throws InterruptedException {
    String source = new String(program, StandardCharsets.UTF_8);
    places.acquire();
    try {
      return run(new JsonnetProgram(file, context, source));
    } finally {
      places.release();
    }
  }

  private Result run(JsonnetProgram program) throws InterruptedException {
    Process child = start();
    try {
      FutureTask<byte[]> complaints =
          later(() -> child.getErrorStream().readNBytes(MOST_COMPLAINTS));
      awaitReady(child, complaints);
      FutureTask<byte[]> output =
          later(() -> child.getInputStream().readNBytes(limits.outputBytes() + 2));
      send(program, child);
      byte[] answer = output.get(limits.wall().toMillis(), TimeUnit.MILLISECONDS);
      return answer.length == 0 ? died(program, child, complaints) : read(program, answer);
    } catch (TimeoutException e) {
      return failed(
          program,
          "the evaluation took longer than %d seconds".formatted(limits.wall().toSeconds()));
    } catch (ExecutionException e) {
      throw new EvaluatorUnavailableException("the evaluation of Jsonnet was cut off", e);
    } finally {
      child.destroyForcibly();
    }
  }

  private static void awaitReady(Process child, FutureTask<byte[]> complaints)
      throws InterruptedException, ExecutionException {
    FutureTask<byte[]> ready = later(() -> child.getInputStream().readNBytes(1));
    try {
      byte[] first = ready.get(START.toMillis(), TimeUnit.MILLISECONDS);
      if (first.length == 0 || first[0] != JsonnetProgram.READY) {
        throw new EvaluatorUnavailableException(
            "the JVM for Jsonnet did not start: "
                + new String(complaints.get(), StandardCharsets.UTF_8),
            null);
      }
    } catch (TimeoutException e) {
      throw new EvaluatorUnavailableException("the JVM for Jsonnet did not start in time", e);
    }
  }

  private Process start() {
    try {
      ProcessBuilder builder =
          new ProcessBuilder(
              java.toString(),
              "-Xmx" + limits.heapMiB() + "m",
              "-Xss1m",
              "-XX:+UseSerialGC",
              "-XX:TieredStopAtLevel=1",
              "-XX:+ExitOnOutOfMemoryError",
              "-XX:MaxMetaspaceSize=64m",
              "-XX:ReservedCodeCacheSize=32m",
              // The library names classes of SnakeYAML, which has to be absent, in a class that is
              // needed: without verification they are missed where they are used, not before.
              "-XX:+UnlockDiagnosticVMOptions",
              "-XX:-BytecodeVerificationRemote",
              "-XX:-UsePerfData",
              "-XX:+DisplayVMOutputToStderr",
              "-Xshare:auto",
              "--sun-misc-unsafe-memory-access=allow",
              "-Dfile.encoding=UTF-8",
              "-cp",
              ChildClassPath.text(),
              JsonnetMain.class.getName(),
              Integer.toString(limits.outputBytes()));
      builder.environment().clear();
      builder.directory(workingDirectory.toFile());
      return builder.start();
    } catch (IOException e) {
      throw new EvaluatorUnavailableException("a JVM for Jsonnet could not be started", e);
    }
  }

  /** A child that is gone already says so by its exit; what it did not read does not matter. */
  private static void send(JsonnetProgram program, Process child) {
    try (var in = child.getOutputStream()) {
      program.write(in);
    } catch (IOException e) {
      LOG.debug("the child did not read its program", e);
    }
  }

  private static FutureTask<byte[]> later(Callable<byte[]> reading) {
    var task = new FutureTask<>(reading);
    Thread.ofVirtual().start(task);
    return task;
  }

  private Result read(JsonnetProgram program, byte[] answer) {
    if (answer.length > limits.outputBytes() + 1) {
      return failed(program, tooLarge());
    }
    byte[] body = Arrays.copyOfRange(answer, 1, answer.length);
    Kind kind = Kind.of(answer[0]);
    return switch (kind) {
      case null ->
          throw new EvaluatorUnavailableException("the JVM for Jsonnet answered nonsense", null);
      case VALUE -> new Result.Value(body);
      case WRONG ->
          new Result.Failed(
              JsonnetErrors.read(program.file(), new String(body, StandardCharsets.UTF_8)));
      case TOO_LARGE -> failed(program, tooLarge());
      case TOO_DEEP -> failed(program, "the program calls itself too deeply: is it endless?");
      case OUT_OF_MEMORY -> failed(program, outOfMemory());
    };
  }

  private Result died(JsonnetProgram program, Process child, FutureTask<byte[]> complaints)
      throws InterruptedException, ExecutionException {
    String said = new String(complaints.get(), StandardCharsets.UTF_8);
    int status = child.waitFor();
    if (status == EXIT_ON_OUT_OF_MEMORY || said.contains("OutOfMemoryError")) {
      return failed(program, outOfMemory());
    }
    throw new EvaluatorUnavailableException(
        "the JVM for Jsonnet ended with status %d: %s".formatted(status, said), null);
  }

  private String outOfMemory() {
    return "the evaluation needs more than %d MiB of memory".formatted(limits.heapMiB());
  }

  private String tooLarge() {
    return "the evaluated configuration is larger than %d KiB"
        .formatted(limits.outputBytes() / 1024);
  }

  private static Result failed(JsonnetProgram program, String message) {
    return new Result.Failed(new SetupError(program.file(), message));
  }
}
