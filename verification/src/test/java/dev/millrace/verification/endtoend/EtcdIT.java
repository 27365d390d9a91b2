package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verification.installation.Api;
import dev.millrace.verification.installation.Installation.Finished;
import dev.millrace.verification.installation.RunningRole;
import dev.millrace.verification.installation.RunningServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that coordinates through etcd, and an etcd that dies and forgets. */
final class EtcdIT {
  /** Longer than the lease that says who should write. */
  private static final Duration LEASE_IS_OVER = Duration.ofSeconds(12);

  @TempDir private Path directory;

  @Test
  void aServerOutlivesItsEtcdAndStartsAgainWithAnEmptiedOne() throws Exception {
    try (var etcd = EtcdProcess.start(directory);
        var installation = Spoken.installation()) {
      String[] options = {"--etcd", etcd.uri().toString(), "--driver", "dummy"};
      RunningServer server = installation.upAndReady(options);
      server.api().createProject("on");
      assertThat(resultOfARun(server.api(), 1)).isEqualTo("success");

      etcd.kill();
      Thread.sleep(LEASE_IS_OVER);
      assertThat(resultOfARun(server.api(), 2)).as("without etcd").isEqualTo("success");
      server.kill();

      Finished refused = installation.millrace("up", "--etcd", etcd.uri().toString());
      assertThat(refused.exit()).isEqualTo(1);
      assertThat(refused.err()).contains("etcd at " + etcd.uri() + ": cannot connect");

      etcd.startEmptied();
      server = installation.upAndReady(options);
      for (int number = 1; number <= 2; number++) {
        assertThat(server.api().run("on", number).get("result").asString()).isEqualTo("success");
      }
      assertThat(resultOfARun(server.api(), 3)).as("with another etcd").isEqualTo("success");

      server.kill();
      server = installation.upAndReady(options);
      assertThat(resultOfARun(server.api(), 4))
          .as("after the lease of the killed one")
          .isEqualTo("success");
      RunningRole beside =
          installation
              .beside("executor", "--driver", "dummy", "--etcd", etcd.uri().toString())
              .awaitReady();
      assertThat(roles(server.api())).filteredOn("executor"::equals).hasSize(2);
      beside.kill();
      awaitGone(server.api());
      server.stop();
    }
  }

  /** The roles of all instances that live. */
  private static List<String> roles(Api api) throws Exception {
    return api.call("GET", "/status", null, 200).get("instances").findValuesAsString("role");
  }

  /** One that was killed is gone when its lease is over. */
  private static void awaitGone(Api api) throws Exception {
    long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (Collections.frequency(roles(api), "executor") > 1) {
      assertThat(System.nanoTime()).as("it is gone").isLessThan(deadline);
      Thread.sleep(200);
    }
  }

  @Test
  void optionsThatMakeNoSenseAreRefused() throws Exception {
    try (var installation = Spoken.installation()) {
      assertRefused(installation.millrace("up", "--etcd", "10.0.0.1"), "is no endpoint of etcd");
      assertRefused(
          installation.millrace("up", "--etcd", "http://a:1,https://b:1"), "all http or all https");
      assertRefused(installation.millrace("up", "--etcd-user", "me"), "need --etcd");
      assertRefused(
          installation.millrace("up", "--etcd", "http://a:1", "--etcd-user", "me"),
          "MILLRACE_ETCD_PASSWORD");
      assertRefused(
          installation.millrace("up", "--etcd", "https://a:1", "--etcd-cert", "c.pem"),
          "needs its key");
    }
  }

  private static void assertRefused(Finished refused, String why) {
    assertThat(refused.err()).contains(why);
    assertThat(refused.exit()).isEqualTo(2);
  }

  private static String resultOfARun(Api api, long number) throws Exception {
    String spec =
        """
        {"name": "run", "tasks": [{"name": "t", "steps": [
          {"type": "run", "name": "do", "command": "true"}]}]}
        """;
    assertThat(api.call("POST", "/projects/on/runs", spec, 201).at("/runs/0/number").asLong())
        .isEqualTo(number);
    return api.awaitEnd("on", number).get("result").asString();
  }
}
