package dev.millrace.launcher;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
    name = "aot",
    description =
        "Start a server for a moment and keep what Java has learnt: later starts take half the"
            + " time.",
    footer = {
      "",
      "To be said once after the archive of millrace dist was unpacked, by whoever may write there;"
          + " else what",
      "is learnt is kept in the user's cache ($XDG_CACHE_HOME/millrace, usually"
          + " ~/.cache/millrace). It takes",
      "half a minute, 130 MB and a port of the loopback interface, and fits the JDK that it was"
          + " made with. With",
      "another one starts are slow, but work."
    })
final class AotCommand implements Callable<Integer> {
  private final Environment environment;

  AotCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path script = Distribution.in(environment.distribution()).folder().resolve("libexec/make-aot");
    var process = new ProcessBuilder(List.of("sh", script.toString())).inheritIO().start();
    int exit = process.waitFor();
    if (exit != 0) {
      throw new Refused(Exit.REJECTED, "the trial start failed, and nothing was kept");
    }
    environment.screen().out().println("starts are faster now");
    return Exit.OK;
  }
}
