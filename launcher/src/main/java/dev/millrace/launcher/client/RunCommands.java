package dev.millrace.launcher.client;

import dev.millrace.launcher.Environment;
import dev.millrace.launcher.Exit;
import dev.millrace.launcher.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code millrace run …}. */
final class RunCommands {
  private RunCommands() {}

  @Command(
      name = "create",
      description = "Create a run from a file, without a push.",
      footer = {
        "",
        "The file holds tasks as JSON: a list of them, or an object with name, tasks, environment",
        "and annotations, or an object with runs, a list of such objects. Example:",
        "  echo '[{\"name\": \"hello\", \"steps\": [{\"type\": \"run\", \"name\": \"hi\",",
        "         \"command\": \"echo hi\"}]}]' > tasks.json",
        "  millrace run create --from tasks.json --project demo --follow"
      })
  static final class Create extends OfProject {
    @Option(
        names = "--from",
        required = true,
        paramLabel = "FILE",
        description = "The file; - is standard input.")
    String from = "";

    @Option(
        names = "--name",
        paramLabel = "NAME",
        description = "The run's name, if the file has none; \"${DEFAULT-VALUE}\" if not given.")
    String name = "run";

    @Option(
        names = {"-f", "--follow"},
        description = "Print the log as it grows; the exit status then tells the result.")
    boolean follow;

    Create(Environment environment) {
      super(environment);
    }

    @Override
    int run() throws IOException, InterruptedException {
      JsonNode wanted = wanted();
      try (Api api = api()) {
        JsonNode created =
            Lists.of(api.create(RunRef.path(project(api)) + "/runs", wanted), "runs");
        if (json()) {
          printJson(created);
        } else {
          created.forEach(
              run ->
                  screen
                      .err()
                      .printf(
                          "created run %s/%d (%s)%n",
                          run.path("project").asString(),
                          run.path("number").asLong(),
                          run.path("name").asString()));
        }
        return follow ? follow(api, created) : Exit.OK;
      }
    }

    private int follow(Api api, JsonNode created) throws InterruptedException {
      int exit = Exit.OK;
      for (JsonNode run : created) {
        RunRef ref = new RunRef(run.path("project").asString(), run.path("number").asLong());
        exit = Math.max(exit, new RunFollower(api, ref, screen, LogForm.of(json())).follow());
      }
      return exit;
    }

    private JsonNode wanted() throws IOException {
      byte[] bytes =
          from.equals("-")
              ? environment.in().readAllBytes()
              : Files.readAllBytes(environment.directory().resolve(Path.of(from)));
      try {
        JsonNode read = JSON.readTree(bytes);
        ObjectNode run = JSON.createObjectNode();
        switch (read) {
          case ObjectNode object -> run.setAll(object);
          case JsonNode list when list.isArray() -> run.set("tasks", list);
          default -> throw new Refused(Exit.REJECTED, from + " holds neither a list nor an object");
        }
        if (!run.has("runs") && !run.has("name")) {
          run.put("name", name);
        }
        return run;
      } catch (JacksonException e) {
        throw new Refused(
            Exit.REJECTED, "%s is not JSON: %s".formatted(from, e.getOriginalMessage()));
      }
    }
  }

  /** What most of them have in common: of which project. */
  abstract static class OfProject extends ClientCommand {
    @Option(
        names = {"-p", "--project"},
        paramLabel = "PROJECT",
        description = "A project's name, path or id; not needed if you have only one.")
    @Nullable String project;

    OfProject(Environment environment) {
      super(environment);
    }

    String project(Api api) {
      return RunRef.project(project, api);
    }
  }

  /** What those about one run have in common. */
  abstract static class OfRun extends OfProject {
    @Parameters(index = "0", paramLabel = "RUN", description = RunRef.FORM)
    String run = "";

    OfRun(Environment environment) {
      super(environment);
    }

    RunRef ref(Api api) {
      return RunRef.of(run, project, api);
    }

    int did(String what, RunRef ref) {
      if (!json()) {
        screen.out().println(what + " " + ref);
      }
      return Exit.OK;
    }
  }

  @Command(name = "show", description = "Show a run with its tasks.")
  static final class Show extends OfRun {
    Show(Environment environment) {
      super(environment);
    }

    @Override
    int run() throws IOException {
      JsonNode found;
      try (Api api = api()) {
        found = api.get(ref(api).path());
      }
      if (json()) {
        printJson(found);
      } else {
        RunText.show(found, screen);
      }
      return Exit.OK;
    }
  }

  @Command(
      name = "approve",
      description = "Approve a task that waits for it.",
      footer = {"", "Example:", "  millrace run approve demo/2 publish"})
  static final class Approve extends OfRun {
    @Parameters(
        index = "1",
        arity = "0..1",
        paramLabel = "TASK",
        description = "The task; not needed if only one waits.")
    @Nullable String task;

    Approve(Environment environment) {
      super(environment);
    }

    @Override
    int run() throws IOException, InterruptedException {
      try (Api api = api()) {
        RunRef ref = ref(api);
        String which = task != null ? task : waiting(api, ref);
        api.act(ref.task(which) + "/approve");
        return did("approved task " + which + " of", ref);
      }
    }

    private static String waiting(Api api, RunRef ref) {
      List<String> tasks = new ArrayList<>();
      api.get(ref.path())
          .path("tasks_waiting_approval")
          .forEach(name -> tasks.add(name.asString()));
      return switch (tasks.size()) {
        case 0 -> throw new Refused(Exit.REJECTED, "no task of " + ref + " waits for approval");
        case 1 -> tasks.getFirst();
        default ->
            throw new Refused(Exit.USAGE, "which task? These wait: " + String.join(", ", tasks));
      };
    }
  }

  @Command(name = "stop", description = "Stop a run that is running.")
  static final class Stop extends OfRun {
    Stop(Environment environment) {
      super(environment);
    }

    @Override
    int run() throws IOException, InterruptedException {
      try (Api api = api()) {
        RunRef ref = ref(api);
        api.act(ref.path() + "/stop");
        return did("stopping", ref);
      }
    }
  }

  @Command(name = "cancel", description = "Cancel a run that is queued.")
  static final class Cancel extends OfRun {
    Cancel(Environment environment) {
      super(environment);
    }

    @Override
    int run() throws IOException, InterruptedException {
      try (Api api = api()) {
        RunRef ref = ref(api);
        api.act(ref.path() + "/cancel");
        return did("cancelled", ref);
      }
    }
  }

  @Command(
      name = "delete",
      description = "Delete a run that has ended, with its logs, or only its logs.",
      footer = {
        "",
        "It cannot be undone. The run's number is not given again. What is deleted is gone from",
        "the archive a day later; events that tell of the run stay as long as all events.",
        "Examples:",
        "  millrace run delete demo/2",
        "  millrace run delete demo/2 --logs",
        "  millrace run delete demo/2 --logs --task publish"
      })
  static final class Delete extends OfRun {
    @Option(names = "--logs", description = "Only the logs; the run stays.")
    boolean logs;

    @Option(
        names = "--task",
        paramLabel = "TASK",
        description = "With --logs: only the logs of this task.")
    @Nullable String task;

    Delete(Environment environment) {
      super(environment);
    }

    @Override
    int run() throws IOException, InterruptedException {
      if (task != null && !logs) {
        throw new Refused(Exit.USAGE, "--task goes with --logs: a task is not deleted by itself");
      }
      try (Api api = api()) {
        RunRef ref = ref(api);
        String of = task == null ? ref.path() : ref.task(task);
        api.delete(logs ? of + "/logs" : of);
        return did(logs ? "deleted the logs of" : "deleted", ref);
      }
    }
  }
}
