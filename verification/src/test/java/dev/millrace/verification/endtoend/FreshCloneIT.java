package dev.millrace.verification.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The script {@code verification/fresh-clone}: what a new user does, in a fresh clone of what is
 * committed, with an empty home. Here only a few of its situations, with what Maven has fetched
 * already; {@code -Dfresh-clone=all} tries every one, and has Maven fetch all of it.
 */
final class FreshCloneIT {
  private static final int CANNOT_BE_TRIED = 3;
  private static final List<String> FEW = List.of("unbuilt", "interrupted", "first");

  @TempDir static Path work;

  @TestFactory
  Stream<DynamicTest> itWorksForANewUser() throws Exception {
    Path script = Path.of("fresh-clone").toAbsolutePath();
    boolean all = System.getProperty("fresh-clone", "").equals("all");
    List<String> command = new ArrayList<>(List.of(script.toString(), "--work", work.toString()));
    if (!all) {
      command.addAll(List.of("--repository", mavenRepository()));
    }
    return (all ? all(script) : FEW)
        .stream().map(name -> DynamicTest.dynamicTest(name, () -> tried(command, name)));
  }

  private static List<String> all(Path script) throws Exception {
    var process = new ProcessBuilder(script.toString(), "--list").start();
    return Arrays.asList(
        new String(process.getInputStream().readAllBytes(), UTF_8).strip().split(" "));
  }

  /** Where the build that runs this test has what it needs from. */
  private static String mavenRepository() {
    String told = System.getProperty("localRepository");
    return told == null ? System.getProperty("user.home") + "/.m2/repository" : told;
  }

  private static void tried(List<String> script, String situation) throws Exception {
    Path output = Files.createTempFile(work, situation, ".out");
    List<String> command = new ArrayList<>(script);
    command.add(situation);
    int exit =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .start()
            .waitFor();
    String said = Files.readString(output);
    assumeTrue(exit != CANNOT_BE_TRIED, said);
    assertThat(exit).as(said).isZero();
  }
}
