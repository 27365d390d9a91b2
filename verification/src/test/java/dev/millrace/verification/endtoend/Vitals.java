package dev.millrace.verification.endtoend;

import dev.millrace.verification.installation.LocalCluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * What a role process of the cluster takes at one moment.
 *
 * @param resident MiB of its memory that are in the machine's
 * @param heap MiB that are in use after everything else was collected
 * @param direct MiB of buffers outside of the heap
 * @param threads of the system, without virtual ones
 * @param descriptors of open files and connections
 */
record Vitals(double resident, double heap, double direct, double threads, double descriptors) {
  private static final double MEBI = 1 << 20;

  /** Has the process collect its garbage, then looks. */
  static Vitals of(LocalCluster cluster, String name) throws IOException, InterruptedException {
    long pid = cluster.process(name).pid();
    collect(pid);
    var shown = Scrape.of(cluster, name);
    Path process = Path.of("/proc").resolve(Long.toString(pid));
    return new Vitals(
        status(process, "VmRSS:") / 1024.0,
        shown.sum("jvm_memory_used_bytes", "area=\"heap\"") / MEBI,
        shown.sum("jvm_buffer_memory_used_bytes", "id=\"direct\"") / MEBI,
        status(process, "Threads:"),
        descriptors(process));
  }

  private static void collect(long pid) throws IOException, InterruptedException {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    var done =
        new ProcessBuilder(jcmd, Long.toString(pid), "GC.run").redirectErrorStream(true).start();
    String said = new String(done.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!done.waitFor(30, TimeUnit.SECONDS) || done.exitValue() != 0) {
      throw new IOException("jcmd %d: %s".formatted(pid, said));
    }
  }

  private static long status(Path process, String field) throws IOException {
    return Files.readAllLines(process.resolve("status")).stream()
        .filter(line -> line.startsWith(field))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElseThrow(() -> new IOException(process + " has no " + field));
  }

  private static long descriptors(Path process) throws IOException {
    try (var open = Files.list(process.resolve("fd"))) {
      return open.count();
    }
  }
}
