package dev.millrace.launcher.client;

import dev.millrace.http.Call;
import dev.millrace.launcher.Environment;
import dev.millrace.launcher.Exit;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "export",
    description = "Write all that a server keeps into one file, while it runs.",
    footer = {
      "",
      "For administrators. It is a tar archive of a checkpoint that is made for it, the archive of"
          + " runs",
      "and logs as of the same moment, and a git bundle of each hosted repository; digests of all",
      "files come last. millrace import puts it into an empty installation. Tokens are in it as",
      "hashes only; the server's own secrets are not. What is in runs, logs and repositories is in"
          + " it in",
      "clear: keep it as you keep those. Exit status 0 if it was written whole.",
      "Examples:",
      "  millrace export millrace.tar",
      "  millrace export - | gzip > millrace.tar.gz"
    })
final class ExportCommand extends ClientCommand {
  private static final int BUFFER = 256 << 10;

  @Parameters(paramLabel = "FILE", description = "Where to; - is standard output.")
  @SuppressWarnings("NullAway.Init")
  String file;

  ExportCommand(Environment environment) {
    super(environment);
  }

  @Override
  int run() throws IOException {
    try (Api api = api();
        Call.Streaming answer = api.stream("/export")) {
      if (file.equals("-")) {
        copy(answer.body(), screen.out());
        screen.out().flush();
      } else {
        toFile(answer.body(), environment.directory().resolve(file));
      }
    }
    return Exit.OK;
  }

  /** Under another name first: nobody is to take a part for the whole. */
  private void toFile(InputStream from, Path target) throws IOException {
    Path draft = target.resolveSibling(target.getFileName() + ".part");
    Files.deleteIfExists(draft);
    Files.createFile(
        draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      long bytes;
      try (OutputStream to = Files.newOutputStream(draft)) {
        bytes = copy(from, to);
      }
      Files.move(draft, target, StandardCopyOption.REPLACE_EXISTING);
      screen.err().printf("exported %,d bytes to %s%n", bytes, target);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private static long copy(InputStream from, OutputStream to) throws IOException {
    byte[] buffer = new byte[BUFFER];
    long bytes = 0;
    for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
      to.write(buffer, 0, read);
      bytes += read;
    }
    return bytes;
  }
}
