package dev.millrace.launcher.client;

import dev.millrace.launcher.Environment;
import dev.millrace.launcher.Exit;
import java.io.IOException;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

@Command(
    name = "checkpoint",
    description = "Have the server write down now what has not ended, and what is configured.",
    footer = {
      "",
      "For administrators. The server does it by itself every few minutes (up --checkpoint-every);",
      "with the newest checkpoint it goes on if its data on Kafka is lost (millrace recover).",
      "If nothing has happened since the last one, that one is shown."
    })
final class CheckpointCommand extends ClientCommand {
  CheckpointCommand(Environment environment) {
    super(environment);
  }

  @Override
  int run() throws IOException, InterruptedException {
    try (Api api = api()) {
      JsonNode made = api.create("/checkpoints");
      if (json()) {
        printJson(made);
      } else {
        long records = made.path("positions").valueStream().mapToLong(JsonNode::asLong).sum();
        screen
            .out()
            .printf(
                "checkpoint of %s: %d records of %d partitions are in it%n",
                made.path("at").asString(""), records, made.path("positions").size());
      }
      return Exit.OK;
    }
  }
}
