package dev.millrace.executor.drivers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract of the host driver once more, in both modes, as a user without any rights. */
final class AsNobodyIT {
  private static final Pattern NEEDED =
      Pattern.compile(
          "(junit|opentest4j|apiguardian|assertj|byte-buddy|slf4j|logback|jspecify|jackson"
              + "|pcollections).*");

  private final Path folder;

  AsNobodyIT(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void theHostDriverKeepsItsContractAsNobody() throws Exception {
    Needs.root();
    Needs.bubblewrap();
    Needs.program("setpriv", "util-linux");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    var command =
        new ArrayList<>(
            List.of("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"));
    command.addAll(
        List.of(
            ProcessHandle.current().info().command().orElseThrow(),
            "--enable-native-access=ALL-UNNAMED",
            "-Djava.io.tmpdir=" + folder,
            "-cp",
            readableClassPath(),
            Contract.class.getName()));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).directory(folder.toFile()).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    assertThat(said).contains("all passed");
  }

  // The build's own folders may be closed to others.
  private String readableClassPath() {
    var copies = new ArrayList<String>();
    for (String entry : System.getProperty("java.class.path").split(":", -1)) {
      Path path = Path.of(entry);
      if (Files.isDirectory(path)
          || NEEDED.matcher(path.getFileName().toString()).matches()
          || path.getFileName().toString().startsWith("events-schema")) {
        Path copy = folder.resolve("class-path-" + copies.size());
        copy(path, copy);
        copies.add(copy.toString());
      }
    }
    return String.join(":", copies);
  }

  private static void copy(Path from, Path to) {
    try {
      if (!Files.exists(from)) {
        return;
      }
      Files.walkFileTree(
          from,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Path target = from.equals(file) ? to : to.resolve(from.relativize(file).toString());
              Files.createDirectories(target.getParent());
              Files.copy(file, target);
              Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-r--r--"));
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
