package dev.millrace.launcher.client;

import dev.millrace.http.HttpCaller;
import dev.millrace.launcher.Environment;
import dev.millrace.launcher.Exit;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code millrace token …}. */
final class TokenCommands {
  private TokenCommands() {}

  /** What they have in common: whose tokens. */
  abstract static class OfUser extends ClientCommand {
    @Option(
        names = "--user",
        paramLabel = "USER",
        description = "Whose; yours if not given. Those of others are for administrators.")
    @Nullable String user;

    OfUser(Environment environment) {
      super(environment);
    }

    String path(Api api) {
      String whose = user != null ? user : api.get("/user").path("name").asString();
      return "/users/" + HttpCaller.segment(whose) + "/tokens";
    }
  }

  @Command(
      name = "create",
      description = "Create a token to sign in with. It is told once, now.",
      footer = {"", "Example:", "  millrace token create laptop > token.txt"})
  static final class Create extends OfUser {
    @Parameters(
        arity = "0..1",
        paramLabel = "NAME",
        description = "What it is for; \"${DEFAULT-VALUE}\" if not given.")
    String name = "default";

    Create(Environment environment) {
      super(environment);
    }

    @Override
    int run() throws IOException, InterruptedException {
      JsonNode token;
      try (Api api = api()) {
        token = api.create(path(api), JSON.createObjectNode().put("name", name));
      }
      if (json()) {
        printJson(token);
      } else {
        screen.err().println("this token is shown only now; keep it safe:");
        screen.out().println(token.path("token").asString());
      }
      return Exit.OK;
    }
  }

  @Command(name = "list", description = "List tokens by name.")
  static final class List extends OfUser {
    List(Environment environment) {
      super(environment);
    }

    @Override
    int run() throws IOException {
      JsonNode tokens;
      try (Api api = api()) {
        tokens = Lists.of(api.get(path(api)), "tokens");
      }
      if (json()) {
        printJson(tokens);
        return Exit.OK;
      }
      Table table = new Table("TOKEN", "CREATED");
      for (JsonNode token : tokens) {
        table.add(token.path("name").asString(), token.path("created_at").asString(""));
      }
      table.print(screen);
      return Exit.OK;
    }
  }

  @Command(name = "delete", description = "Delete a token. Who uses it is signed out at once.")
  static final class Delete extends OfUser {
    @Parameters(paramLabel = "NAME", description = "The token's name.")
    String name = "";

    Delete(Environment environment) {
      super(environment);
    }

    @Override
    int run() throws IOException, InterruptedException {
      try (Api api = api()) {
        api.delete(path(api) + "/" + HttpCaller.segment(name));
      }
      if (!json()) {
        screen.out().println("deleted token " + name);
      }
      return Exit.OK;
    }
  }
}
