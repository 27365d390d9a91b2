package dev.millrace.launcher.client;

import dev.millrace.launcher.Environment;
import dev.millrace.launcher.Exit;
import dev.millrace.launcher.Refused;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
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
      "Lines are counted from 1, in the step or over all steps of the task.",
      "Examples:",
      "  millrace logs demo/1",
      "  millrace logs demo/1 test --step 1 > test.log",
      "  millrace logs demo/1 test --tail 50",
      "  millrace logs demo/1 test --line 2000 --lines 100",
      "  millrace logs demo/1 test --gzip --output-file test.log.gz",
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

  @Option(names = "--line", paramLabel = "N", description = "Begin with this line.")
  @Nullable Long line;

  @Option(names = "--lines", paramLabel = "N", description = "Print so many lines; with --line.")
  @Nullable Long lines;

  @Option(names = "--tail", paramLabel = "N", description = "Print the last N lines.")
  @Nullable Long tail;

  @Option(
      names = "--output-file",
      paramLabel = "FILE",
      description = "Write the log of the task to this file.")
  @Nullable Path file;

  @Option(names = "--gzip", description = "Compress it, with gzip; of one task.")
  boolean gzip;

  LogsCommand(Environment environment) {
    super(environment);
  }

  @Override
  int run() throws IOException, InterruptedException {
    refuseNonsense();
    try (Api api = api()) {
      RunRef ref = ref(api);
      if (task != null && (gzip || file != null)) {
        download(api, ref.task(task) + "/logs?" + query("download=" + (gzip ? "gzip" : "text")));
        return Exit.OK;
      } else if (task != null) {
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

  private void refuseNonsense() {
    if ((gzip || file != null) && (task == null || follow || json())) {
      throw new Refused(
          Exit.USAGE, "--gzip and --output-file are for the log of one task, without -f or --json");
    }
    if (follow && task == null && (line != null || tail != null)) {
      throw new Refused(Exit.USAGE, "with -f, --line and --tail need a task");
    }
    if (gzip && file == null && screen.colours()) {
      throw new Refused(
          Exit.USAGE, "a terminal shows nothing of gzip: say where to, with --output-file");
    }
  }

  private void print(Api api, RunRef ref, String name, LogForm form)
      throws IOException, InterruptedException {
    LogForm.Printer printer = form.printer(name, screen);
    new LogTail(api, ref.task(name) + "/logs?" + query(follow ? "follow=true" : "")).read(printer);
    printer.end();
  }

  private String query(String first) {
    List<String> query = new ArrayList<>();
    if (!first.isEmpty()) {
      query.add(first);
    }
    add(query, "step", step);
    add(query, "attempt", attempt);
    add(query, "line", line);
    add(query, "lines", lines);
    add(query, "tail", tail);
    return String.join("&", query);
  }

  private static void add(List<String> query, String name, @Nullable Number value) {
    if (value != null) {
      query.add(name + "=" + value);
    }
  }

  private void download(Api api, String path) throws IOException {
    try (var log = api.log(path)) {
      if (file == null) {
        log.body().transferTo(screen.out());
        screen.out().flush();
        return;
      }
      write(log.body(), file);
    }
  }

  /** Half a file is not left. */
  private static void write(InputStream log, Path file) throws IOException {
    try (var out = Files.newOutputStream(file)) {
      log.transferTo(out);
    } catch (IOException e) {
      Files.deleteIfExists(file);
      throw new IOException("the log was not written to " + file + ": " + e.getMessage(), e);
    }
  }
}
