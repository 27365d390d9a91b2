package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verification.installation.RunningServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Counts the runs in the heap of a server. */
final class RunsInMemory {
  private static final Pattern COUNT =
      Pattern.compile("\\s(\\d+)\\s+\\d+\\s+dev\\.millrace\\.events\\.run\\.Run\\s");

  private RunsInMemory() {}

  /** Waits until there are so few; fails if there are more after a minute. */
  static void awaitAtMost(int most, RunningServer server) throws Exception {
    awaitAtMost(most, server, Duration.ofMinutes(1));
  }

  /** As the other one, for a server that has more to do before. */
  static void awaitAtMost(int most, RunningServer server, Duration patience) throws Exception {
    long deadline = System.nanoTime() + patience.toNanos();
    for (int now = count(server); now > most; now = count(server)) {
      assertThat(System.nanoTime()).as("%d runs are in memory", now).isLessThan(deadline);
      Thread.sleep(200);
    }
  }

  private static int count(RunningServer server) throws IOException, InterruptedException {
    var jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(server.process().pid()),
                "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(jcmd.waitFor()).as(said).isZero();
    Matcher runs = COUNT.matcher(said);
    return runs.find() ? Integer.parseInt(runs.group(1)) : 0;
  }
}
