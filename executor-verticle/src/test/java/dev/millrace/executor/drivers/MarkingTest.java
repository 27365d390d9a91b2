package dev.millrace.executor.drivers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MarkingTest {
  private static final Mark MARK = Mark.of(123_456_789, 42);
  private static final String OWN_LIMIT = "grep 'file locks' /proc/$$/limits";

  private final Spawner spawner = new JavaSpawn(Launcher.session());
  private final Marking marking = new Marking(spawner);

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/bin/sh",
        "/bin/sh -e",
        "/usr/bin/sh -eu",
        "/bin/bash -e",
        "/usr/bin/bash -u -eo pipefail",
        "/bin/dash -e"
      })
  void aShellOfTheSystemMarksItselfBeforeItsScriptRuns(String shell) throws Exception {
    assertThat(run(shell, opening(shell, Map.of()) + OWN_LIMIT))
        .contains(Long.toString(MARK.value()));
  }

  @Test
  void noLineOfTheScriptGetsAnotherNumber() throws Exception {
    for (String shell : List.of("/bin/bash", "/bin/dash")) {
      String plain = run(shell, "echo one\n\nno-such-program\n");
      assertThat(run(shell, opening(shell, Map.of()) + "echo one\n\nno-such-program\n"))
          .isEqualTo(plain)
          .contains("3: ");
    }
  }

  @Test
  void aScriptThatIsNoneRunsNothing() throws Exception {
    assertThat(run("/bin/sh", opening("/bin/sh", Map.of()) + "case\necho ran"))
        .doesNotContain("ran\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/bin/bash -x",
        "/bin/bash -l",
        "/bin/bash --login",
        "/bin/sh -c",
        "/bin/sh pipefail",
        "/bin/sh -o pipefail other",
        "/usr/bin/env sh",
        "/usr/bin/python3",
        "/opt/other/bash -e"
      })
  void whatMayRunSomethingElseFirstIsMarkedFromOutside(String shell) {
    assertThat(marking.within(List.of(shell.split(" ", -1)), Map.of(), MARK)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"BASH_ENV", "BASH_FUNC_ulimit%%", "BASHOPTS", "ENV", "SHELLOPTS"})
  void variablesThatAShellRunsMakeItBeMarkedFromOutside(String variable) {
    assertThat(marking.within(List.of("/bin/bash"), Map.of(variable, "x"), MARK)).isEmpty();
  }

  @Test
  void fromOutsideAnyCommandIsMarked() throws Exception {
    var command = List.of("/usr/bin/env", "grep", "file locks", "/proc/self/limits");
    assertThat(output(marking.around(command, "exec \"$@\"", MARK)))
        .contains(Long.toString(MARK.value()));
  }

  private String opening(String shell, Map<String, String> environment) {
    return marking.within(List.of(shell.split(" ", -1)), environment, MARK).orElseThrow();
  }

  private String run(String shell, String text) throws IOException {
    Path script = folder.resolve("script");
    Files.writeString(script, text);
    return output(
        Stream.concat(Stream.of(shell.split(" ", -1)), Stream.of(script.toString())).toList());
  }

  private String output(List<String> command) throws IOException {
    Process process =
        spawner.spawn(command, Map.of("PATH", HostSettings.DEFAULT_PATH), folder, null);
    try (InputStream output = process.getInputStream()) {
      return new String(output.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
