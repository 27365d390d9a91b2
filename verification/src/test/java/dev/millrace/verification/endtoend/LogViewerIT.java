package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verification.installation.Api;
import dev.millrace.verification.installation.Installation;
import dev.millrace.verification.installation.RunningServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * A live log over a line that breaks again and again, with a server that is killed meanwhile: every
 * byte once. Seed: {@code -Dkill.seed=N}.
 */
final class LogViewerIT {
  private static final String[] OPTIONS = {"--allow-unsandboxed", "--driver", "host-plain"};
  private static final int CUTS = 20;
  private static final int EVERY_KILL = 6;
  private static final int PIECES = 300;

  @TempDir Path outside;
  private Installation installation;
  private RunningServer server;
  private Random random;
  private int cuts;

  @BeforeEach
  void start() throws Exception {
    random = KillIT.seeded("LogViewerIT");
    installation = Spoken.installation();
    server = installation.upAndReady(OPTIONS);
    server.api().createProject("logs");
  }

  @AfterEach
  void end() throws Exception {
    installation.close();
  }

  @Test
  void aViewerWhoIsCutAtRandomPointsGetsEveryByteOnce() throws Exception {
    int whole = 0;
    while (cuts < CUTS || whole == 0) {
      whole += watchOneRun() ? 1 : 0;
    }
    server.stop();
  }

  /** Returns whether the run was not disturbed by a kill. */
  private boolean watchOneRun() throws Exception {
    long run =
        server
            .api()
            .createRunInsistently("logs", spec(), "log-" + random.nextLong(), () -> true)
            .orElseThrow();
    server.api().await("logs", run, LogViewerIT::claimed);
    var viewer = new CutViewer(installation, "logs", run, "talk");
    boolean ended = false;
    while (!ended) {
      long after = cuts < CUTS ? 1 + random.nextInt(120_000) : Long.MAX_VALUE;
      boolean kill = cuts % EVERY_KILL == EVERY_KILL - 1;
      CutViewer.Fault fault = kill ? server::kill : CutViewer.CUT;
      ended =
          random.nextBoolean() ? viewer.watchEvents(after, fault) : viewer.watchBytes(after, fault);
      cuts += ended ? 0 : 1;
      if (!server.process().isAlive()) {
        server = installation.upAndReady(OPTIONS);
      }
    }
    return compare(run, viewer.seen());
  }

  private boolean compare(long run, byte[] seen) throws Exception {
    Api api = server.api();
    JsonNode ended = api.awaitEnd("logs", run);
    boolean undisturbed = ended.get("result").asString().equals("success");
    byte[] written = Files.readAllBytes(outside.resolve("log-" + run));
    System.out.printf(
        "run %d: %s, %d bytes written, %d seen, %d cuts until now%n",
        run, ended.get("result").asString(), written.length, seen.length, cuts);
    assertThat(seen).as("what is there afterwards").isEqualTo(api.logBytes("logs", run, "talk", 0));
    assertThat(seen).as("what was written before").isEqualTo(Arrays.copyOf(written, seen.length));
    if (undisturbed) {
      assertThat(seen).as("all that was written").hasSize(written.length);
    } else {
      assertThat(ended.at("/tasks/0/attempts/0/outcome").asString()).isEqualTo("lost");
    }
    return undisturbed;
  }

  private static boolean claimed(JsonNode run) {
    return run.at("/tasks/0/attempts/0/claimed").asBoolean(false);
  }

  /** Writes pieces of chance, of many sizes; each goes to the file outside first. */
  private String spec() {
    String command =
        """
        i=0
        while [ $i -lt %d ]; do
          i=$((i + 1))
          head -c $((i * 7919 %% 3000 + 1)) /dev/urandom >piece
          cat piece >>%s/log-$MILLRACE_RUN_NUMBER
          cat piece
        done
        """
            .formatted(PIECES, outside);
    return """
    {"name": "log", "tasks": [{"name": "talk", "steps": [
      {"type": "run", "name": "write", "command": %s}]}]}
    """
        .formatted(Api.quote(command));
  }
}
