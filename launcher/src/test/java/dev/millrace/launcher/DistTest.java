package dev.millrace.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.datamanager.transfer.Tar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DistTest {
  private static final String NAME = "millrace-" + Version.text();

  @TempDir Path here;
  @TempDir Path elsewhere;
  private Home home;

  @BeforeEach
  void install() throws IOException {
    home = new Home(here);
    for (String name : List.of("lib/launcher.jar", "lib/b.jar", "libexec/launch", "LICENSE")) {
      write(name, name);
    }
    executable(write("bin/millrace", "#!/bin/sh"));
  }

  private Path write(String name, String text) throws IOException {
    Path file = here.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static void executable(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx--x---"));
  }

  private byte[] packed(String name) throws IOException {
    Path archive = elsewhere.resolve(name);
    var ran = home.millrace("dist", "--output", archive.toString());
    assertThat(ran.exit()).as(ran.err()).isZero();
    assertThat(ran.out()).startsWith(archive + "\nsha256 ");
    return Files.readAllBytes(archive);
  }

  private static List<Tar> files(byte[] archive) throws IOException {
    byte[] all = new GZIPInputStream(new java.io.ByteArrayInputStream(archive)).readAllBytes();
    List<Tar> files = new ArrayList<>();
    for (int at = 0; at < all.length; ) {
      Tar file = Tar.read(Arrays.copyOfRange(all, at, at + Tar.BLOCK));
      if (file == null) {
        break;
      }
      files.add(file);
      at += Tar.BLOCK + (int) file.size() + Tar.padding(file.size());
    }
    return files;
  }

  @Test
  void theSameProgramMakesTheSameArchive() throws IOException {
    byte[] first = packed("first.tar.gz");
    Files.setLastModifiedTime(here.resolve("lib/b.jar"), FileTime.from(Instant.EPOCH));
    Files.setPosixFilePermissions(
        here.resolve("lib/b.jar"), PosixFilePermissions.fromString("rw-------"));
    write("server.aot", "of this machine");
    write("client-0123.jsa", "of this machine");
    write("built", "");
    assertThat(packed("second.tar.gz")).isEqualTo(first);
    write("lib/b.jar", "lib/c.jar"); // of the same length
    assertThat(packed("third.tar.gz")).isNotEqualTo(first);
  }

  @Test
  void namesAreSortedAndOnlyProgramsCanBeStarted() throws IOException {
    List<Tar> files = files(packed("a.tar.gz"));
    assertThat(files)
        .extracting(Tar::name)
        .containsExactly(
            NAME + "/LICENSE",
            NAME + "/bin/millrace",
            NAME + "/lib/b.jar",
            NAME + "/lib/launcher.jar",
            NAME + "/libexec/launch",
            NAME + "/build");
    assertThat(files).extracting(Tar::mode).containsExactly(0644, 0755, 0644, 0644, 0644, 0644);
    assertThat(files).extracting(Tar::modified).containsOnly(1_577_836_800L);
  }

  @Test
  void aFolderGetsAnArchiveWithTheUsualName() throws IOException {
    home.millrace("dist", "--output", elsewhere.toString());
    assertThat(elsewhere.resolve(NAME + ".tar.gz")).exists();
  }

  @Test
  void whatIsNoDistributionIsNotPacked() throws IOException {
    Files.delete(here.resolve("lib/launcher.jar"));
    for (String command : List.of("dist", "aot")) {
      var ran = home.millrace(command);
      assertThat(ran.exit()).isEqualTo(Exit.UNREACHABLE);
      assertThat(ran.err())
          .isEqualTo(
              "millrace: this is not run from a distribution: there is no lib/launcher.jar in "
                  + here
                  + "\n");
    }
  }

  @Test
  void aFailureLeavesTheOldArchiveAndNothingElse() throws IOException {
    Path archive = Files.writeString(elsewhere.resolve("a.tar.gz"), "the old one");
    // Names that do not fit into an archive, found when some of it is written.
    write("x/" + "y".repeat(120), "");
    var ran = home.millrace("dist", "--output", archive.toString());
    assertThat(ran.exit()).isEqualTo(Exit.REJECTED);
    assertThat(ran.err()).contains("too long a name for an archive");
    assertThat(archive).content(UTF_8).isEqualTo("the old one");
    try (Stream<Path> left = Files.list(elsewhere)) {
      assertThat(left).containsExactly(archive);
    }
  }

  @Test
  void placesThatItCannotBeIn() {
    var inside = home.millrace("dist", "--output", here.resolve("a.tar.gz").toString());
    assertThat(inside.exit()).isEqualTo(Exit.USAGE);
    assertThat(inside.err()).contains("would be in the program that is packed");
    Path nowhere = elsewhere.resolve("gone/a.tar.gz");
    var gone = home.millrace("dist", "--output", nowhere.toString());
    assertThat(gone.exit()).isEqualTo(Exit.REJECTED);
    assertThat(gone.err()).contains("there is no folder " + nowhere.getParent());
  }
}
