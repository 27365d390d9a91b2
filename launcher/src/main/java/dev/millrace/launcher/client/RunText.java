package dev.millrace.launcher.client;

import dev.millrace.launcher.client.Screen.Colour;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/** Runs as text for people. */
final class RunText {
  private static final Pattern TAG = Pattern.compile("/project/[^/]+/tag/([^/]+).*");

  private RunText() {}

  static Table list(List<JsonNode> runs) {
    Table table = new Table("RUN", "NAME", "WHERE", "PHASE", "RESULT", "CREATED", "TOOK", "WAITS");
    for (JsonNode run : runs) {
      String result = run.path("result").asString("");
      table.add(
          run.path("project").asString("") + "/" + run.path("number").asLong(),
          run.path("name").asString(""),
          where(run),
          run.path("phase").asString(""),
          result.equals("unknown") ? "-" : result,
          run.path("created_at").asString(""),
          took(run),
          waits(run));
    }
    return table;
  }

  /** How many there are of each phase and each result. */
  static Table counts(JsonNode counts) {
    Table table = new Table("OF", "", "RUNS");
    table.add("all", "", counts.path("total").asLong());
    for (String of : List.of("phase", "result")) {
      for (var each : counts.path("by_" + of).properties()) {
        table.add(of, each.getKey(), each.getValue().asLong());
      }
    }
    return table;
  }

  static void show(JsonNode run, Screen screen) {
    var out = screen.out();
    String result = run.path("result").asString("");
    out.printf(
        "run %s/%d  %s  %s%s%n",
        run.path("project").asString(""),
        run.path("number").asLong(),
        screen.in(Colour.BOLD, line(run.path("name").asString(""))),
        screen.state(run.path("phase").asString("")),
        result.equals("unknown") ? "" : ", " + screen.state(result));
    field(screen, "group", run.path("group").asString(""));
    field(screen, "frozen", run.path("frozen").asString(""));
    for (var annotation : run.path("annotations").properties()) {
      field(screen, annotation.getKey(), line(annotation.getValue().asString("")));
    }
    field(screen, "created", run.path("created_at").asString(""));
    field(screen, "took", took(run));
    for (JsonNode error : run.path("setup_errors")) {
      out.printf(
          "%s %s: %s%n",
          screen.in(Colour.BAD, "error"),
          line(error.path("place").asString("")),
          line(error.path("message").asString("")));
    }
    if (!run.path("tasks").isEmpty()) {
      out.println();
      tasks(run).print(screen, 1);
    }
  }

  private static Table tasks(JsonNode run) {
    Table table = new Table("TASK", "STATUS", "DEPENDS", "TOOK", "NOTE");
    for (JsonNode task : run.path("tasks")) {
      String status = task.path("status").asString("");
      table.add(
          task.path("name").asString(""),
          task.path("waiting_approval").asBoolean(false) ? "waiting" : status,
          join(task.path("depends"), "task"),
          took(task),
          note(task));
    }
    return table;
  }

  private static String note(JsonNode task) {
    JsonNode attempts = task.path("attempts");
    JsonNode last = attempts.isEmpty() ? null : attempts.get(attempts.size() - 1);
    String message = last == null ? "" : last.path("message").asString("");
    if (task.path("waiting_approval").asBoolean(false)) {
      return "waits for approval";
    } else if (!message.isEmpty()) {
      return message;
    }
    return task.path("ignore_failure").asBoolean(false)
            && task.path("status").asString("").equals("failed")
        ? "ignored"
        : "";
  }

  private static void field(Screen screen, String name, String value) {
    if (!value.isEmpty()) {
      screen.out().printf("  %s %s%n", screen.in(Colour.FAINT, (name + ":").formatted()), value);
    }
  }

  private static String where(JsonNode run) {
    JsonNode annotations = run.path("annotations");
    if (annotations.has("branch")) {
      return annotations.path("branch").asString("");
    }
    Matcher tag = TAG.matcher(run.path("group").asString(""));
    return tag.matches() ? URLDecoder.decode(tag.group(1), StandardCharsets.UTF_8) : "-";
  }

  private static String waits(JsonNode run) {
    return StreamSupport.stream(run.path("tasks_waiting_approval").spliterator(), false)
        .map(JsonNode::asString)
        .collect(Collectors.joining(", "));
  }

  private static String join(JsonNode list, String field) {
    return StreamSupport.stream(list.spliterator(), false)
        .map(item -> item.path(field).asString(""))
        .collect(Collectors.joining(", "));
  }

  private static String took(JsonNode of) {
    String started = of.path("started_at").asString("");
    String ended = of.path("ended_at").asString("");
    if (started.isEmpty() || ended.isEmpty()) {
      return "";
    }
    Duration took = Duration.between(Instant.parse(started), Instant.parse(ended));
    return took.toMinutes() > 0
        ? "%dm %ds".formatted(took.toMinutes(), took.toSecondsPart())
        : "%d.%01ds".formatted(took.toSeconds(), took.toMillisPart() / 100);
  }

  /** What people and programs named must not move the cursor. */
  static String line(String text) {
    return text.replaceAll("\\p{Cntrl}+", " ");
  }
}
