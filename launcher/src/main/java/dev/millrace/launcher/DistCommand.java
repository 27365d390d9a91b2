package dev.millrace.launcher;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "dist",
    description =
        "Pack this program into one archive, which runs where there are neither sources nor Maven.",
    footer = {
      "",
      "The same program makes the same archive, to the byte. docs/install.md in it says what to do"
          + " with it.",
      "Examples:",
      "  millrace dist                          millrace-VERSION.tar.gz, in this folder",
      "  millrace dist --output /tmp/millrace.tar.gz"
    })
final class DistCommand implements Callable<Integer> {
  @Option(
      names = "--output",
      paramLabel = "FILE",
      description =
          "The archive, or the folder to put it into; the current folder if not given. What was"
              + " there is replaced.")
  @Nullable Path output;

  private final Environment environment;

  DistCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    Distribution distribution = Distribution.in(environment.distribution());
    String name = "millrace-" + Version.text();
    Path file = environment.directory().resolve(output == null ? Path.of("") : output).normalize();
    if (Files.isDirectory(file)) {
      file = file.resolve(name + ".tar.gz");
    }
    if (file.startsWith(distribution.folder())) {
      throw new Refused(
          Exit.USAGE, "%s would be in the program that is packed; see --output".formatted(file));
    }
    try {
      String digest = pack(distribution, name, file);
      environment.screen().out().printf("%s%nsha256 %s%n", file, digest);
      return Exit.OK;
    } catch (IOException | IllegalArgumentException e) {
      throw new Refused(
          Exit.REJECTED, "cannot write %s: %s".formatted(file, reason(e, file.getParent())));
    }
  }

  /** Whoever looks meanwhile, or after a failure, finds what was there. */
  private static String pack(Distribution distribution, String name, Path file) throws IOException {
    Path folder = file.getParent();
    if (folder == null) {
      throw new IOException("it is a folder");
    }
    Path part = folder.resolve(file.getFileName() + ".part");
    try {
      String digest;
      try (var out = new BufferedOutputStream(Files.newOutputStream(part))) {
        digest = distribution.pack(name, out);
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return digest;
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static String reason(Exception e, @Nullable Path folder) {
    return switch (e) {
      case NoSuchFileException _ -> "there is no folder " + folder;
      case AccessDeniedException _ -> "no right to";
      default -> String.valueOf(e.getMessage());
    };
  }
}
