package dev.millrace.launcher.client;

import dev.millrace.http.HttpCaller;
import dev.millrace.launcher.Environment;
import dev.millrace.launcher.Exit;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

@Command(
    name = "list",
    description = "List runs, the newest first.",
    footer = {
      "",
      "Examples:",
      "  millrace run list --project demo --phase running,queued",
      "  millrace run list --result failed --branch main --since 3d",
      "  millrace run list --count --since 30d",
      "  millrace run list --output json"
    })
final class RunListCommand extends RunCommands.OfProject {
  @Option(
      names = "--phase",
      paramLabel = "PHASES",
      description = "Only these: setuperror, queued, cancelled, running, finished.")
  @Nullable String phase;

  @Option(
      names = "--result",
      paramLabel = "RESULTS",
      description = "Only these: unknown, stopped, success, failed.")
  @Nullable String result;

  @Option(
      names = "--group",
      paramLabel = "PATHS",
      description = "Only those of this group, and of all beneath it; or of several of them.")
  @Nullable String group;

  @Option(names = "--name", paramLabel = "NAME", description = "Only those of this name.")
  @Nullable String name;

  @Option(names = "--branch", paramLabel = "BRANCH", description = "Only those of this branch.")
  @Nullable String branch;

  @Option(names = "--author", paramLabel = "NAME", description = "Only those of this author.")
  @Nullable String author;

  @Option(
      names = "--trigger",
      paramLabel = "KIND",
      description = "Only those that were made so: push, direct.")
  @Nullable String trigger;

  @Option(
      names = "--text",
      paramLabel = "WORDS",
      description = "Only those with such words in name, branch or author; beginnings do.")
  @Nullable String text;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Only those made since: 90m, 2h, 3d, 2026-01-31 or 2026-01-31T12:00:00Z.")
  @Nullable String since;

  @Option(
      names = "--until",
      paramLabel = "TIME",
      description = "Only those made before; as --since.")
  @Nullable String until;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "At most so many; ${DEFAULT-VALUE} if not given.")
  int limit = 25;

  @Option(names = "--count", description = "Only tell how many there are, by phase and by result.")
  boolean count;

  RunListCommand(Environment environment) {
    super(environment);
  }

  @Override
  int run() throws IOException {
    return count ? count() : list();
  }

  private int count() throws IOException {
    JsonNode counts;
    try (Api api = api()) {
      counts = api.get(base() + "?limit=1&count=true" + filters()).path("counts");
    }
    if (json()) {
      printJson(counts);
    } else {
      RunText.counts(counts).print(screen, 1);
    }
    return Exit.OK;
  }

  private String base() {
    return project == null ? "/runs" : RunRef.path(project) + "/runs";
  }

  private int list() throws IOException {
    List<JsonNode> runs = new ArrayList<>();
    Filters filters = filters();
    try (Api api = api()) {
      String base = base();
      String before = "";
      while (runs.size() < limit) {
        int count = Math.clamp(limit - runs.size(), 1, 100);
        JsonNode page = api.get(base + "?limit=" + count + filters + before);
        Lists.of(page, "runs").forEach(runs::add);
        if (!page.path("next").isString()) {
          break;
        }
        before = "&before=" + HttpCaller.segment(page.path("next").stringValue());
      }
    }
    if (json()) {
      printJson(runs);
    } else if (runs.isEmpty()) {
      screen.err().println("no runs");
    } else {
      RunText.list(runs).print(screen, 3, 4);
    }
    return Exit.OK;
  }

  private Filters filters() {
    var past = new PastTime(Instant.now(), ZoneId.systemDefault());
    return new Filters()
        .add("phase", phase)
        .add("result", result)
        .add("group", group)
        .add("name", name)
        .add("branch", branch)
        .add("author", author)
        .add("trigger", trigger)
        .add("text", text)
        .add("since", since == null ? null : past.parse("--since", since).toString())
        .add("until", until == null ? null : past.parse("--until", until).toString());
  }
}
