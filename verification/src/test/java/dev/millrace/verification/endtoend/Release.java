package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verification.installation.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * The release before what is checked out: the last tag {@code v*} before it, or the commit that
 * {@code -Drelease=COMMIT} names.
 */
record Release(Path root, String name) {

  /** Empty if there is none, or it is not in this clone; says which it is. */
  static Optional<Release> before() throws IOException, InterruptedException {
    Path root = Objects.requireNonNull(Installation.script().toRealPath().getParent());
    String given = System.getProperty("release");
    if (given != null) {
      return Optional.of(new Release(root, given));
    }
    Git described = git(root, "git describe --tags --abbrev=0 --match 'v*' HEAD^");
    if (described.exit() != 0) {
      System.out.printf(
          "no release is tried beside this version, as none is in this clone: %s%n",
          described.said());
      return Optional.empty();
    }
    System.out.printf("tried beside this version: %s%n", described.said());
    return Optional.of(new Release(root, described.said()));
  }

  /** Puts its sources into a folder that is there. */
  void unpack(Path folder) throws IOException, InterruptedException {
    Git unpacked =
        git(
            root,
            "git archive '%s' | tar -x -C '%s' && test -x '%2$s/millrace'".formatted(name, folder));
    assertThat(unpacked.exit()).as("the sources of %s: %s", name, unpacked.said()).isZero();
  }

  private record Git(int exit, String said) {}

  private static Git git(Path root, String command) throws IOException, InterruptedException {
    Path output = Files.createTempFile("git", ".out");
    try {
      int exit =
          new ProcessBuilder("sh", "-c", command)
              .directory(root.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start()
              .waitFor();
      return new Git(exit, Files.readString(output).strip());
    } finally {
      Files.delete(output);
    }
  }
}
