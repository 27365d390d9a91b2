package dev.millrace.bench;

import dev.millrace.verification.installation.RunningServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** What the objects take that a server holds. */
final class LiveHeap {
  private static final Pattern ROW = Pattern.compile("\\d+:\\s+\\d+\\s+(\\d+)\\s+(\\S+)");
  // What the collector puts where it leaves a gap.
  private static final String FILLER = "jdk.internal.vm.Filler";

  private LiveHeap() {}

  /** After a collection of all garbage. */
  static double mib(RunningServer server) throws IOException, InterruptedException {
    var jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(server.process().pid()),
                "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    long bytes =
        ROW.matcher(said)
            .results()
            .filter(row -> !row.group(2).contains(FILLER))
            .mapToLong(row -> Long.parseLong(row.group(1)))
            .sum();
    if (jcmd.waitFor() != 0 || bytes == 0) {
      throw new IOException("jcmd tells of no objects: " + said);
    }
    return bytes / (double) (1 << 20);
  }
}
