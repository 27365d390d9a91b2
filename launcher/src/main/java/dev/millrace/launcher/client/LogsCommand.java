package dev.millrace.launcher.client;

import dev.millrace.launcher.Environment;
import dev.millrace.launcher.Exit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
    name = "logs",
    description = "Print the log of a run, or of one of its tasks.",
    footer = {
      "",
      "With a task the output is byte for byte what its steps wrote. Without one, every line",
      "begins with the name of its task. With -f of a whole run, the exit status tells its result.",
      "Examples:",
      "  millrace logs demo/1",
      "  millrace logs demo/1 test --step 1 > test.log",
      "  millrace logs -f demo/2"
    })
final class LogsCommand extends RunCommands.OfRun {
  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "TASK",
      description = "Only this task; all if not given.")
  @Nullable String task;

  @Option(names = "--step", paramLabel = "N", description = "Only this step of the task, from 0.")
  @Nullable Integer step;

  @Option(
      names = "--attempt",
      paramLabel = "N",
      description = "This attempt, from 1; the last if not given.")
  @Nullable Integer attempt;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on until the run, or the task, has ended.")
  boolean follow;

  LogsCommand(Environment environment) {
    super(environment);
  }

  @Override
  int run() throws IOException, InterruptedException {
    try (Api api = api()) {
      RunRef ref = ref(api);
      if (task != null) {
        print(api, ref, task, json() ? LogForm.JSON : LogForm.RAW);
        return Exit.OK;
      } else if (follow) {
        return new RunFollower(api, ref, screen, LogForm.of(json())).follow();
      }
      for (JsonNode each : api.get(ref.path()).path("tasks")) {
        if (!each.path("attempts").isEmpty()) {
          print(api, ref, each.path("name").asString(), LogForm.of(json()));
        }
      }
      return Exit.OK;
    }
  }

  private void print(Api api, RunRef ref, String name, LogForm form)
      throws IOException, InterruptedException {
    List<String> query = new ArrayList<>();
    if (follow) {
      query.add("follow=true");
    }
    if (step != null) {
      query.add("step=" + step);
    }
    if (attempt != null) {
      query.add("attempt=" + attempt);
    }
    LogForm.Printer printer = form.printer(name, screen);
    new LogTail(api, ref.task(name) + "/logs?" + String.join("&", query)).read(printer);
    printer.end();
  }
}
