package dev.millrace.launcher.client;

import dev.millrace.launcher.Environment;
import dev.millrace.launcher.Exit;
import java.io.IOException;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

@Command(
    name = "status",
    description = "Show how the server is doing.",
    footer = {"", "Ends with 0 if it answers, with 69 if it does not."})
final class StatusCommand extends ClientCommand {
  StatusCommand(Environment environment) {
    super(environment);
  }

  @Override
  int run() throws IOException {
    try (Api api = api()) {
      JsonNode status = api.get("/status");
      if (json()) {
        printJson(status);
        return Exit.OK;
      }
      var out = screen.out();
      out.println("server:  " + uri());
      out.println("version: " + status.path("version").asString("unknown"));
      out.println("ready:   " + (status.path("ready").asBoolean(false) ? "yes" : "not yet"));
      if (status.hasNonNull("refusing")) {
        out.println("takes nothing new: " + status.at("/refusing/message").asString());
      }
      out.println("you are: " + api.get("/user").path("name").asString(""));
      out.println("pushes waiting to be looked at: " + status.path("deliveries_waiting").asLong(0));
      status.path("ledgers").forEach(this::ledger);
      instances(status);
      api.get("/notes").path("notes").forEach(this::note);
      return Exit.OK;
    }
  }

  private void instances(JsonNode status) {
    if (status.hasNonNull("instances_unknown")) {
      screen
          .out()
          .println("who is there is not known: " + status.get("instances_unknown").asString());
      return;
    }
    Table table = new Table("ROLE", "INSTANCE", "VERSION", "STARTED", "HOST", "PROCESS", "ADDRESS");
    for (JsonNode instance : status.path("instances")) {
      for (JsonNode part : instance.path("roles")) {
        table.add(
            part.path("role").asString(""),
            instance.path("id").asString(""),
            instance.path("version").asString(""),
            instance.path("started_at").asString(""),
            instance.path("host").asString(""),
            instance.path("pid").asLong(0),
            part.path("address").asString(""));
      }
    }
    table.print(screen);
    status
        .path("leases")
        .forEachEntry(
            (name, holder) ->
                screen.out().printf("lease %s: held by %s%n", name, holder.asString()));
  }

  private void note(JsonNode note) {
    screen
        .out()
        .printf("note of %s: %s%n", note.path("at").asString(""), note.path("text").asString(""));
  }

  private void ledger(JsonNode ledger) {
    long decisions = 0;
    for (JsonNode partition : ledger.path("partitions")) {
      decisions += partition.path("decisions").asLong(0);
    }
    screen
        .out()
        .printf(
            "ledger %s: %d decisions in %d partitions%n",
            ledger.path("topic").asString(""), decisions, ledger.path("partitions").size());
  }
}
