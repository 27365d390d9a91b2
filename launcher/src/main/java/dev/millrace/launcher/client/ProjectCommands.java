package dev.millrace.launcher.client;

import dev.millrace.launcher.Environment;
import dev.millrace.launcher.Exit;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code millrace project …}. */
final class ProjectCommands {
  private ProjectCommands() {}

  @Command(
      name = "create",
      description = "Create a project with a repository to push to.",
      footer = {
        "",
        "It prints the two git commands that connect your repository and push it.",
        "Example:",
        "  millrace project create shop"
      })
  static final class Create extends ClientCommand {
    @Parameters(paramLabel = "NAME", description = "Letters, digits and single dashes.")
    String name = "";

    @Option(
        names = "--owner",
        paramLabel = "USER",
        description = "Whose project it is; yours if not given.")
    @Nullable String owner;

    Create(Environment environment) {
      super(environment);
    }

    @Override
    int run() throws IOException, InterruptedException {
      JsonNode project;
      try (Api api = api()) {
        var body = JSON.createObjectNode().put("name", name);
        if (owner != null) {
          body.put("owner", owner);
        }
        project = api.create("/projects", body);
      }
      if (json()) {
        printJson(project);
        return Exit.OK;
      }
      String path = project.path("path").asString();
      screen.out().println("created " + path + "; connect your repository and push it:");
      screen.out().println("  git remote add millrace " + Git.url(uri(), path));
      screen.out().println("  " + Git.push(environment.script(), "HEAD"));
      return Exit.OK;
    }
  }

  @Command(name = "list", description = "List the projects that you may see.")
  static final class List extends ClientCommand {
    List(Environment environment) {
      super(environment);
    }

    @Override
    int run() throws IOException {
      JsonNode projects;
      try (Api api = api()) {
        projects = Lists.of(api.get("/projects"), "projects");
      }
      if (json()) {
        printJson(projects);
        return Exit.OK;
      }
      if (projects.isEmpty()) {
        screen.err().println("no projects yet: " + environment.command() + " project create NAME");
        return Exit.OK;
      }
      Table table = new Table("PROJECT", "ID", "REPOSITORY");
      for (JsonNode project : projects) {
        String path = project.path("path").asString();
        table.add(path, project.path("id").asString(), Git.url(uri(), path));
      }
      table.print(screen);
      return Exit.OK;
    }
  }

  @Command(name = "delete", description = "Delete a project. Its runs can no longer be seen.")
  static final class Delete extends ClientCommand {
    @Parameters(paramLabel = "PROJECT", description = "Its name, path or id.")
    String project = "";

    Delete(Environment environment) {
      super(environment);
    }

    @Override
    int run() throws IOException, InterruptedException {
      try (Api api = api()) {
        api.delete(RunRef.path(project));
      }
      if (!json()) {
        screen.out().println("deleted " + project);
      }
      return Exit.OK;
    }
  }
}
