package dev.millrace.pipeline;

import dev.millrace.events.Json;
import dev.millrace.events.run.RunSpec.SetupError;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns a configuration file into the runs it asks for. Safe for use by many threads; blocks while
 * a Jsonnet program runs.
 */
public final class PipelineConfig {
  /** What the runs of one push may come to, so that they fit into one command. */
  private static final int MAX_PLAN = 768 * 1024;

  private final JsonnetEvaluator jsonnet;

  public PipelineConfig(JsonnetEvaluator jsonnet) {
    this.jsonnet = jsonnet;
  }

  /**
   * Evaluates the file for a push. Never fails because of what is in the file.
   *
   * @throws EvaluatorUnavailableException if a Jsonnet program could not be tried
   */
  public Evaluated evaluate(ConfigFile file, GitContext context) throws InterruptedException {
    if (file.bytes().length > ConfigFile.MAX_BYTES) {
      return refused(new SetupError(file.name(), "the file is larger than 256 KiB"));
    }
    if (!file.name().endsWith(".jsonnet")) {
      return read(file.name(), file.bytes(), !file.name().endsWith(".json"), true, context);
    }
    return switch (jsonnet.evaluate(file.name(), file.bytes(), json(context))) {
      case JsonnetEvaluator.Result.Failed(SetupError error) -> refused(error);
      case JsonnetEvaluator.Result.Value(byte[] json) ->
          read(file.name(), json, false, false, context);
    };
  }

  private static Evaluated read(
      String name, byte[] bytes, boolean yaml, boolean marks, GitContext context) {
    Problems problems = new Problems();
    List<PlannedRun> runs = List.of();
    try {
      String text = decode(bytes);
      Node root = yaml ? YamlReader.read(text, problems) : JsonReader.read(text, problems);
      runs = root(root, problems, context);
    } catch (Unreadable e) {
      problems.add(e.spot(), String.valueOf(e.getMessage()));
    }
    if (problems.none() && Json.write(runs).length > MAX_PLAN) {
      problems.add(Spot.START, "the runs of one push come to more than 768 KiB");
    }
    return problems.none()
        ? new Evaluated.Planned(runs)
        : new Evaluated.Refused(problems.inOrder(name, marks));
  }

  private static List<PlannedRun> root(@Nullable Node root, Problems problems, GitContext context) {
    if (root == null) {
      problems.add(Spot.START, "the file is empty; expected a map with the field runs");
      return List.of();
    }
    return new RunsReader(problems, context).read(root);
  }

  static String decode(byte[] bytes) throws Unreadable {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(in).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      int line = 1;
      for (int i = 0; i < in.position(); i++) {
        line += bytes[i] == '\n' ? 1 : 0;
      }
      throw new Unreadable(new Spot(line, 1, ""), "not UTF-8 in this line");
    }
  }

  private static String json(GitContext context) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("ref_type", context.refType().name());
    fields.put("ref", context.ref());
    fields.put("branch", context.branch());
    fields.put("tag", context.tag());
    fields.put("pull_request_id", context.pullRequestId());
    fields.put("commit_sha", context.commitSha());
    return new String(Json.write(fields), StandardCharsets.UTF_8);
  }

  private static Evaluated refused(SetupError error) {
    return new Evaluated.Refused(List.of(error));
  }
}
