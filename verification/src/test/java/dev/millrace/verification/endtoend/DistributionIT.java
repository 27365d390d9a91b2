package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verification.installation.Installation;
import dev.millrace.verification.installation.RunningServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What {@code millrace dist} packs, unpacked into a folder with blanks in its name, where the home
 * is empty and Maven does not work.
 */
final class DistributionIT {
  private static final Path BUILT =
      Installation.script().resolveSibling("launcher/target/dist/bin/millrace");
  private static final Pattern LIBRARY = Pattern.compile("(.*?)-\\d.*\\.jar");

  private static Installation installation;
  private static Path archive;
  private static Path unpacked;

  @BeforeAll
  static void unpack() throws Exception {
    installation = Installation.create();
    Path home = installation.home();
    Path bin = Files.createDirectories(home.resolve("bin"));
    Path maven =
        Files.writeString(bin.resolve("mvn"), "#!/bin/sh\ntouch \"$HOME/maven-was-called\"");
    assertThat(maven.toFile().setExecutable(true)).isTrue();
    installation.with("PATH", bin + ":" + System.getenv("PATH"));
    archive = home.resolve("millrace.tar.gz");
    run(BUILT.toString(), "dist", "--output", archive.toString());
    Path folder = Files.createDirectories(home.resolve("a folder with blanks"));
    run("tar", "-xzf", archive.toString(), "-C", folder.toString());
    try (Stream<Path> all = Files.list(folder)) {
      unpacked = all.toList().getFirst();
    }
    // A relative link to an absolute one.
    Files.createSymbolicLink(home.resolve("current"), unpacked);
    Files.createSymbolicLink(bin.resolve("millrace"), Path.of("../current/bin/millrace"));
  }

  @AfterAll
  static void remove() throws IOException {
    if (installation != null) {
      installation.close();
    }
  }

  private static String run(String... command) throws Exception {
    List<String> found = new ArrayList<>(List.of("env")); // in the PATH of the installation
    found.addAll(List.of(command));
    return installation.run(installation.home(), found).expectSuccess();
  }

  @Test
  void aServerStartsWithoutSourcesAndMaven() throws Exception {
    String version = unpacked.getFileName().toString().replace("millrace-", "");
    assertThat(run("millrace", "--version")).isEqualTo("millrace " + version + "\n");
    installation.launchedBy(List.of(installation.home().resolve("bin/millrace").toString()));
    RunningServer server = installation.upAndReady("--allow-unsandboxed");
    assertThat(server.output()).contains("Millrace " + version + " is ready");
    run("millrace", "project", "create", "shop");
    assertThat(run("millrace", "project", "list")).contains("shop");
    assertThat(server.stop()).isZero();
    assertThat(installation.home().resolve("maven-was-called")).doesNotExist();
  }

  @Test
  void itIsPackedToTheSameArchiveAgain() throws Exception {
    Path again = installation.home().resolve("again.tar.gz");
    run("millrace", "dist", "--output", again.toString());
    assertThat(Files.mismatch(again, archive)).isEqualTo(-1);
  }

  @Test
  void everyRoleIsThereWithASampleOfItsSettings() throws Exception {
    assertThat(run("millrace", "settings", "--sample"))
        .isEqualTo(Files.readString(unpacked.resolve("etc/millrace.yml")));
    for (String name :
        List.of(
            "LICENSE",
            "NOTICE",
            "docs/install.md",
            "systemd/millrace@.service",
            "docker/Dockerfile",
            "compose/compose.yaml",
            "helm/millrace/Chart.yaml")) {
      assertThat(unpacked.resolve(name)).isNotEmptyFile();
    }
  }

  /** The licence of every library is told, and of nothing else. */
  @Test
  void theNoticeNamesEveryLibrary() throws Exception {
    Set<String> libraries = new TreeSet<>();
    try (Stream<Path> all = Files.list(unpacked.resolve("lib"))) {
      for (Path file : (Iterable<Path>) all::iterator) {
        var name = LIBRARY.matcher(file.getFileName().toString());
        if (name.matches() && !isOurs(name.group(1))) {
          libraries.add(name.group(1));
        }
      }
    }
    Set<String> named = new TreeSet<>();
    for (String line : Files.readAllLines(unpacked.resolve("NOTICE"))) {
      if (line.matches("  \\S+  https://.*")) {
        named.add(line.strip().split(" ", 2)[0]);
      }
    }
    assertThat(named)
        .as("NOTICE: name and page of each library, below its licence")
        .isEqualTo(libraries);
  }

  private static boolean isOurs(String module) {
    return Files.isRegularFile(Installation.script().resolveSibling(module).resolve("pom.xml"));
  }
}
