package dev.millrace.launcher.client;

import dev.millrace.launcher.Environment;
import dev.millrace.launcher.Exit;
import dev.millrace.launcher.Refused;
import dev.millrace.launcher.server.DataDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "down",
    description = "Stop the server of this machine that millrace up started.",
    footer = {"", "What runs is stopped; what is queued goes on when the server is up again."})
final class DownCommand extends ClientCommand {
  private static final int PATIENCE_SECONDS = 60;

  @Option(
      names = "--data-dir",
      paramLabel = "FOLDER",
      description = "The server's folder, if it is not the usual one.")
  @Nullable Path dataDir;

  DownCommand(Environment environment) {
    super(environment);
  }

  @Override
  int run() throws IOException, InterruptedException {
    Path folder = folder();
    Optional<ProcessHandle> process = DataDirectory.owner(folder).flatMap(ProcessHandle::of);
    if (process.isEmpty()) {
      say("no server is running on " + folder, false);
      return Exit.OK;
    }
    process.get().destroy();
    try {
      process.get().onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException _) {
      throw new Refused(
          Exit.TRY_LATER,
          "the server (process %d) has not ended within %d s"
              .formatted(process.get().pid(), PATIENCE_SECONDS));
    }
    say("stopped the server on " + folder, true);
    return Exit.OK;
  }

  private Path folder() throws IOException {
    SignedIn signedIn = dataDir == null ? signedIn() : null;
    return signedIn != null && signedIn.dataDir() != null
        ? signedIn.dataDir()
        : environment.folders().data(dataDir);
  }

  private void say(String text, boolean stopped) {
    if (json()) {
      printJson(JSON.createObjectNode().put("stopped", stopped));
    } else {
      screen.out().println(text);
    }
  }
}
