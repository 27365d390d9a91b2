package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.storage.index.IndexedRun;
import dev.millrace.storage.index.RunFilter;
import dev.millrace.storage.index.RunIndex;
import dev.millrace.verification.installation.Api;
import dev.millrace.verification.installation.Installation;
import dev.millrace.verification.installation.Installation.Finished;
import dev.millrace.verification.installation.RunningServer;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Every view of a server, made again and compared: promise 8. */
final class RebuildIT {
  private static final int RUNS = 12;
  private static final String[] OPTIONS = {"--driver", "dummy", "--checkpoint-every", "2s"};
  private static final String RUN =
      """
      {"name": "ci", "tasks": [{"name": "t", "steps": [
        {"type": "run", "name": "do", "command": "true"}]}]}
      """;

  @Test
  void everyViewIsEqualAndAnIndexThatWasChangedIsNamedAndReplaced() throws Exception {
    try (var installation = Installation.create()) {
      RunningServer server = installation.upAndReady(OPTIONS);
      Api api = server.api();
      api.createProject("on");
      for (int i = 1; i <= RUNS; i++) {
        api.call("POST", "/projects/on/runs", RUN, 201);
        api.awaitEnd("on", i);
      }
      awaitCheckpoint(installation);
      api.call("DELETE", "/projects/on/runs/2", null, 204);
      api.call("POST", "/projects/on/runs", RUN, 201);
      api.awaitEnd("on", RUNS + 1);
      Finished running = rebuild(installation);
      assertThat(running.exit()).isEqualTo(1);
      assertThat(running.err()).contains("another millrace (process ");
      server.kill();

      Finished healthy = rebuild(installation);
      assertThat(healthy.out()).contains("every view is what it has to be");
      for (String view : new String[] {"configuration", "runs", "queues", "archive", "index"}) {
        assertThat(healthy.out()).containsPattern(view + " +kept [0-9a-f]{16} +rebuilt .* equal ");
      }
      assertThat(healthy.exit()).isZero();

      String changed = tamper(installation.dataDirectory().resolve("index"));
      Finished tampered = rebuild(installation);
      assertThat(tampered.exit()).isEqualTo(1);
      assertThat(tampered.out())
          .containsPattern("index +kept .* different ")
          .contains(changed)
          .contains("not every view is what it has to be");
      Finished replaced = rebuild(installation, "--replace");
      assertThat(replaced.exit()).isEqualTo(1);
      assertThat(replaced.out()).contains("the index was replaced");
      assertThat(rebuild(installation).exit()).as("after the replacement").isZero();

      server = installation.upAndReady(OPTIONS);
      assertThat(server.api().runs("on")).hasSize(RUNS);
      server.stop();
    }
  }

  private static void awaitCheckpoint(Installation installation) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (!installation
        .millrace("doctor", "--data-dir", installation.dataDirectory().toString())
        .out()
        .matches("(?s)archive: [1-9].*checkpoints: [1-9].*")) {
      assertThat(System.nanoTime()).as("a checkpoint is made").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  /** Gives one run another result; tells what is to be said about it. */
  private static String tamper(Path folder) {
    try (RunIndex index = RunIndex.open(folder)) {
      IndexedRun run = index.find(RunFilter.ANY, null, 1).runs().getFirst();
      index.delete(run.group(), run.number());
      index.add(
          new IndexedRun(
              run.group(),
              run.number(),
              run.name(),
              run.phase(),
              "failed",
              run.createdAt(),
              run.startedAt(),
              run.endedAt(),
              run.branch(),
              run.author(),
              run.trigger()));
      index.commit(new TreeMap<>(index.positions()));
      return "/%d is IndexedRun[".formatted(run.number());
    }
  }

  private static Finished rebuild(Installation installation, String... more) throws Exception {
    String[] arguments = new String[3 + more.length];
    arguments[0] = "rebuild";
    arguments[1] = "--data-dir";
    arguments[2] = installation.dataDirectory().toString();
    System.arraycopy(more, 0, arguments, 3, more.length);
    return installation.millrace(arguments);
  }
}
