package dev.millrace.events.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * The trace of a run, and the spans in it that others are below. All of it follows from the run's
 * id, so that whoever reads of a run knows where its spans belong; see ADR 10.
 *
 * @param run whose
 * @param id of the trace: 32 hexadecimal digits
 */
public record RunTrace(RunId run, String id) {
  private static final int TRACE_BYTES = 16;
  private static final int SPAN_BYTES = 8;

  public static RunTrace of(RunId run) {
    return new RunTrace(run, hash("trace", run.toString(), TRACE_BYTES));
  }

  /** The span of what asked for the run, as a push: the first of the trace. */
  public String cause() {
    return span("cause", run.toString());
  }

  /** The span of the run itself, from its creation to its end; below {@link #cause}. */
  public String whole() {
    return span("run", run.toString());
  }

  /** The span of an attempt at a task of the run; below {@link #whole}. */
  public static String attempt(AttemptRef attempt) {
    return span("attempt", attempt.toString());
  }

  /** What every span about the run says. A map of the caller's own. */
  public static Map<String, Object> attributes(RunId run) {
    Map<String, Object> all = new TreeMap<>();
    all.put("cicd.pipeline.run.id", run.toString());
    all.put("millrace.run", run.toString());
    if (run.root().kind() == RootGroup.Kind.project) {
      all.put("millrace.project", run.root().id());
    }
    return all;
  }

  /** What every span about the attempt says. A map of the caller's own. */
  public static Map<String, Object> attributes(AttemptRef attempt) {
    Map<String, Object> all = attributes(attempt.run());
    all.put("cicd.pipeline.task.name", attempt.task());
    all.put("cicd.pipeline.task.run.id", attempt.toString());
    all.put("millrace.task", attempt.task());
    all.put("millrace.attempt", (long) attempt.attempt());
    return all;
  }

  /** What every span about the command says. A map of the caller's own. */
  public static Map<String, Object> attributes(RunCommand.OfRun command) {
    return command instanceof RunCommand.OfAttempt of
        ? attributes(of.attempt())
        : attributes(command.run());
  }

  private static String span(String kind, String name) {
    return hash(kind, name, SPAN_BYTES);
  }

  private static String hash(String kind, String name, int bytes) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(("millrace " + kind + "\n" + name).getBytes(UTF_8));
      return HexFormat.of().formatHex(digest, 0, bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
