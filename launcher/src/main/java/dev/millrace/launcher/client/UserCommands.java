package dev.millrace.launcher.client;

import dev.millrace.http.HttpCaller;
import dev.millrace.launcher.Environment;
import dev.millrace.launcher.Exit;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code millrace user …}. */
final class UserCommands {
  private UserCommands() {}

  @Command(
      name = "create",
      description = "Create a user. Only administrators may.",
      footer = {
        "",
        "A user signs in with a token; make one next:",
        "  millrace user create ann",
        "  millrace token create laptop --user ann"
      })
  static final class Create extends ClientCommand {
    @Parameters(paramLabel = "NAME", description = "Letters, digits and single dashes.")
    String name = "";

    @Option(names = "--admin", description = "May do everything.")
    boolean admin;

    Create(Environment environment) {
      super(environment);
    }

    @Override
    int run() throws IOException, InterruptedException {
      JsonNode user;
      try (Api api = api()) {
        user = api.create("/users", JSON.createObjectNode().put("name", name).put("admin", admin));
      }
      if (json()) {
        printJson(user);
      } else {
        screen.out().println("created user " + name + "; a token to sign in with:");
        screen.out().println("  " + environment.command() + " token create --user " + name);
      }
      return Exit.OK;
    }
  }

  @Command(name = "list", description = "List users. Only administrators may.")
  static final class List extends ClientCommand {
    List(Environment environment) {
      super(environment);
    }

    @Override
    int run() throws IOException {
      JsonNode users;
      try (Api api = api()) {
        users = Lists.of(api.get("/users"), "users");
      }
      if (json()) {
        printJson(users);
        return Exit.OK;
      }
      Table table = new Table("USER", "ADMIN", "CREATED");
      for (JsonNode user : users) {
        table.add(
            user.path("name").asString(),
            user.path("admin").asBoolean(false) ? "yes" : "no",
            user.path("created_at").asString(""));
      }
      table.print(screen);
      return Exit.OK;
    }
  }

  @Command(name = "delete", description = "Delete a user. Only administrators may.")
  static final class Delete extends ClientCommand {
    @Parameters(paramLabel = "NAME", description = "The user's name.")
    String name = "";

    Delete(Environment environment) {
      super(environment);
    }

    @Override
    int run() throws IOException, InterruptedException {
      try (Api api = api()) {
        api.delete("/users/" + HttpCaller.segment(name));
      }
      if (!json()) {
        screen.out().println("deleted user " + name);
      }
      return Exit.OK;
    }
  }
}
