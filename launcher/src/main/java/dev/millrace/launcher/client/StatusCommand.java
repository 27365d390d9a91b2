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
      screen.out().println("server   " + uri());
      screen.out().println("you are  " + api.get("/user").path("name").asString());
      print("", status);
      return Exit.OK;
    }
  }

  private void print(String indent, JsonNode object) {
    for (var member : object.properties()) {
      JsonNode value = member.getValue();
      if (value.isContainer()) {
        screen.out().println(indent + member.getKey() + ":");
        if (value.isObject()) {
          print(indent + "  ", value);
        } else {
          value.forEach(item -> screen.out().println(indent + "  - " + item.toString()));
        }
      } else {
        screen.out().println(indent + member.getKey() + ": " + screen.state(value.asString()));
      }
    }
  }
}
