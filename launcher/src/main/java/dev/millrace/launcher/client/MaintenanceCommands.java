package dev.millrace.launcher.client;

import dev.millrace.launcher.Environment;
import dev.millrace.launcher.Exit;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code millrace maintenance …}. */
final class MaintenanceCommands {
  private static final String PATH = "/maintenance";

  private MaintenanceCommands() {}

  @Command(
      name = "on",
      description = "Take nothing new from now on. Only administrators may.",
      footer = {
        "",
        "Whoever creates a run, pushes, approves or changes anything else is refused and told the",
        "reason. What was accepted before goes on to its end, queued runs too; to hurry it, cancel",
        "and stop runs, which stays possible. Reading works. It lasts until it is turned off, over",
        "restarts.",
        "Example:",
        "  millrace maintenance on --reason 'the disk is exchanged, back at 14:00'"
      })
  static final class On extends ClientCommand {
    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        description = "What people are told who are refused; one line.")
    String reason = "";

    On(Environment environment) {
      super(environment);
    }

    @Override
    int run() throws IOException, InterruptedException {
      try (Api api = api()) {
        api.put(PATH, JSON.createObjectNode().put("reason", reason));
      }
      if (!json()) {
        screen.out().println("nothing new is taken now; to end it:");
        screen.out().println("  " + environment.command() + " maintenance off");
      }
      return Exit.OK;
    }
  }

  @Command(name = "off", description = "Take everything again. Only administrators may.")
  static final class Off extends ClientCommand {
    Off(Environment environment) {
      super(environment);
    }

    @Override
    int run() throws IOException, InterruptedException {
      try (Api api = api()) {
        api.delete(PATH);
      }
      if (!json()) {
        screen.out().println("everything is taken again");
      }
      return Exit.OK;
    }
  }

  @Command(name = "status", description = "Tell whether there is maintenance, since when and why.")
  static final class Status extends ClientCommand {
    Status(Environment environment) {
      super(environment);
    }

    @Override
    int run() throws IOException {
      try (Api api = api()) {
        JsonNode state = api.get(PATH);
        if (json()) {
          printJson(state);
        } else {
          screen.out().println(sentence(state));
        }
      }
      return Exit.OK;
    }

    private static String sentence(JsonNode state) {
      if (!state.path("on").asBoolean(false)) {
        return "no maintenance";
      }
      String reason = state.path("reason").asString("");
      return "maintenance since %s, by %s%s"
          .formatted(
              state.path("since").asString(""),
              state.path("by").asString(""),
              reason.isEmpty() ? "" : ": " + reason);
    }
  }
}
