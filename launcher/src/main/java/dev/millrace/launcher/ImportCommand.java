package dev.millrace.launcher;

import dev.millrace.launcher.server.Importing;
import dev.millrace.launcher.server.ServerOptions;
import dev.millrace.launcher.server.StartException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "import",
    description = "Put what millrace export has written into an installation that has nothing.",
    footer = {
      "",
      "No server may run there. Users with their tokens, projects, runs, logs and hosted",
      "repositories are there after the next start, as they were; runs that had not ended go on,"
          + " and",
      "what had an executor then is lost to it, and dealt with as the task says. An export that is",
      "cut off or damaged is refused with the name of the file that is, and nothing is there then.",
      "Examples:",
      "  millrace import millrace.tar --data-dir /srv/millrace",
      "  ssh old millrace export - | millrace import - --s3-bucket ci"
    })
final class ImportCommand implements Callable<Integer> {
  private static final int BUFFER = 256 << 10;

  @Parameters(paramLabel = "FILE", description = "What was exported; - is standard input.")
  @SuppressWarnings("NullAway.Init")
  String file;

  @Option(
      names = "--data-dir",
      paramLabel = "FOLDER",
      description = "The server's folder, if it is not the usual one.")
  @Nullable Path dataDir;

  @Mixin EtcdOptions etcd = new EtcdOptions();

  @Mixin S3Options s3 = new S3Options();

  private final Environment environment;

  ImportCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws IOException {
    Path folder = environment.folders().data(dataDir);
    try (InputStream in = new BufferedInputStream(open(), BUFFER)) {
      Path log = Log.to(folder, "import.log");
      try {
        ServerOptions options =
            ServerOptions.ofStores(folder, etcd.settings(environment.variables()), s3.settings());
        environment.screen().out().println(Importing.of(options, in) + ": start the server");
        return Exit.OK;
      } catch (StartException e) {
        throw new Refused(Exit.REJECTED, "%s (the log: %s)".formatted(e.getMessage(), log));
      }
    } catch (NoSuchFileException e) {
      throw new Refused(Exit.NOT_FOUND, "there is no file " + e.getMessage());
    }
  }

  private InputStream open() throws IOException {
    return file.equals("-")
        ? environment.in()
        : Files.newInputStream(environment.directory().resolve(file));
  }
}
