package dev.millrace.bench;

import dev.millrace.verification.installation.Api;
import dev.millrace.verification.installation.Installation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Random;

/** How fast all that a server keeps is written into one file, and put in elsewhere. */
final class ExportBenchmark implements Benchmark {
  private static final int MEGABYTES = Integer.getInteger("bench.mb", 200);
  private static final int RUN = 256 << 10;
  private static final int AHEAD = 40;
  private static final double MB = 1e6;
  private static final String[] OPTIONS = {"--driver", "dummy", "--slots", "64"};

  @Override
  public void measure(Figures figures) throws Exception {
    try (var from = Installation.create();
        var to = Installation.create()) {
      var server = from.upAndReady(OPTIONS);
      server.api().createProject("large");
      create(server.api(), (int) (MEGABYTES * MB / (RUN * 3 / 4)));
      from.millrace("checkpoint").expectSuccess(); // archives them
      Path file = from.home().resolve("all.tar");
      double exported = seconds(from, "export", file.toString());
      server.stop();
      double size = Files.size(file) / MB;
      double imported =
          seconds(to, "import", file.toString(), "--data-dir", to.dataDirectory().toString());
      figures.add("export_mb", size, "MB");
      figures.add("export_mb_s", size / exported, "MB/s");
      figures.add("import_mb_s", size / imported, "MB/s");
    }
  }

  /** Runs that hardly can be compressed, each three quarters of that size. */
  private static void create(Api api, int runs) throws Exception {
    var random = new Random(1);
    byte[] noise = new byte[RUN * 3 / 4];
    for (int i = 0; i < runs; i++) {
      random.nextBytes(noise);
      String spec =
          """
          {"name": "ci", "environment": {"NOISE": "%s"},
           "tasks": [{"name": "t", "steps": [{"type": "run", "name": "do", "command": "true"}]}]}
          """
              .formatted(Base64.getEncoder().encodeToString(noise));
      api.call("POST", "/projects/large/runs", spec, 201);
      if (i % AHEAD == AHEAD - 1) {
        api.awaitQuiet(List.of("large"));
      }
    }
    api.awaitQuiet(List.of("large"));
  }

  private static double seconds(Installation in, String... command) throws Exception {
    long begun = System.nanoTime();
    in.millrace(command).expectSuccess();
    return (System.nanoTime() - begun) / 1e9;
  }
}
