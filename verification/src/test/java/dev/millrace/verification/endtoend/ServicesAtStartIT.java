package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verification.endtoend.Gate.Answering;
import dev.millrace.verification.endtoend.Gate.Away;
import dev.millrace.verification.endtoend.Gate.Showing;
import dev.millrace.verification.endtoend.Gate.Silent;
import dev.millrace.verification.endtoend.Gate.Through;
import dev.millrace.verification.installation.Installation;
import dev.millrace.verification.installation.LocalCluster;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A process that starts while what it needs is missing, silent, not what it should be, or slow: it
 * says what it waits for, and goes on by itself. One process goes through all of that, so that
 * nothing is mended by starting it again.
 */
@ExtendWith(SharedCluster.class)
@Timeout(value = 8, unit = TimeUnit.MINUTES)
final class ServicesAtStartIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration SLOWLY = Duration.ofMillis(300);
  private static final String FORBIDDEN =
      "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

  private final HttpClient http = HttpClient.newHttpClient();
  private final LocalCluster cluster;
  private final Random random = KillIT.seeded("ServicesAtStartIT");

  @TempDir private Path folder;

  ServicesAtStartIT(LocalCluster cluster) {
    this.cluster = cluster;
  }

  private enum Service {
    ETCD("etcd-1"),
    KAFKA("kafka-1"),
    S3("s3");

    private final String process;

    Service(String process) {
      this.process = process;
    }
  }

  /** A process whose services are behind gates. */
  private final class Late implements AutoCloseable {
    private final Gate etcd = before(Service.ETCD);
    private final Gate kafka = before(Service.KAFKA);
    private final Gate s3 = before(Service.S3);
    private final Gate internal = new Gate(0, random); // just a free port
    private final Installation installation = Installation.create();
    private final Path output = folder.resolve("role.out");
    private final Process process;

    /**
     * Starts it.
     *
     * @param kafkaUser has the password of the cluster's own
     * @param etcdUser likewise
     * @param at first, by name
     */
    private Late(String kafkaUser, String etcdUser, Function<Service, Gate.Way> at)
        throws Exception {
      for (Service service : Service.values()) {
        gate(service).become(at.apply(service));
      }
      Path config = folder.resolve("role.yaml");
      Files.writeString(config, settings(kafkaUser, etcdUser));
      process =
          installation.start(
              folder,
              List.of(
                  Installation.script().toString(), "runservice", "--config", config.toString()),
              output);
    }

    private Gate before(Service service) throws IOException {
      return new Gate(cluster.port(service.process), random);
    }

    private Gate gate(Service service) {
      return switch (service) {
        case ETCD -> etcd;
        case KAFKA -> kafka;
        case S3 -> s3;
      };
    }

    /** Those of the cluster's own, with gates in the place of services. */
    private String settings(String kafkaUser, String etcdUser) throws IOException {
      Path given = cluster.directory().resolve("config").resolve("runservice-1.yaml");
      return Files.readString(given)
          .replaceFirst("data: .*", "data: \"" + folder.resolve("data") + "\"")
          .replaceFirst("bootstrap: .*", "bootstrap: [127.0.0.1:" + kafka.port() + "]")
          .replaceFirst("user: runservice", "user: " + kafkaUser)
          .replaceFirst("endpoints: .*", "endpoints: [\"https://127.0.0.1:" + etcd.port() + "\"]")
          .replaceFirst("user: millrace", "user: " + etcdUser)
          .replaceFirst("endpoint: .*", "endpoint: \"http://127.0.0.1:" + s3.port() + "\"")
          .replaceFirst("listen: .*", "listen: 127.0.0.1:" + internal.port());
    }

    /** Waits until {@code /readyz} has this, and looks that standard error has told it. */
    private void awaitTold(String... words) throws Exception {
      await("ready once it has said " + List.of(words), 503, words);
      assertThat(ask("/livez").status()).as("it lives").isEqualTo(204);
      assertThat(Files.readString(output)).contains(words);
    }

    private void awaitReady() throws Exception {
      await("ready", 204);
    }

    private void await(String what, int status, String... words) throws Exception {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (true) {
        var answer = ask("/readyz");
        if (answer.status() == status && Stream.of(words).allMatch(answer.text()::contains)) {
          return;
        }
        assertThat(process.isAlive()).as(Files.readString(output)).isTrue();
        assertThat(System.nanoTime())
            .as("%s; now %s; it has said %s", what, answer, Files.readString(output))
            .isLessThan(deadline);
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }

    private Answer ask(String path) throws InterruptedException {
      var uri = URI.create("http://127.0.0.1:" + internal.port() + path);
      try {
        var answer = http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
        return new Answer(answer.statusCode(), answer.body());
      } catch (IOException e) {
        return new Answer(0, String.valueOf(e)); // it does not listen yet
      }
    }

    @Override
    public void close() throws IOException {
      installation.close();
      for (Gate gate : List.of(etcd, kafka, s3, internal)) {
        gate.close();
      }
    }
  }

  private record Answer(int status, String text) {}

  @Test
  void aProcessSaysWhatItWaitsForAndGoesOnByItselfWhenThatComes() throws Exception {
    var others = new OtherCertificates(folder, cluster);
    String user = "latecomer-" + random.nextInt(1_000_000);
    try (var late = new Late(user, user, _ -> new Away())) {
      String etcd = "etcd at https://127.0.0.1:%d: ".formatted(late.etcd.port());
      late.awaitTold(etcd, "Connection refused");
      late.etcd.become(new Showing(others.ofAnotherAuthority()));
      late.awaitTold(etcd + "cannot connect: its certificate is not by the authority");
      late.etcd.become(new Showing(others.ofAnotherHost()));
      late.awaitTold(etcd + "cannot connect: its certificate is for another host");
      late.etcd.become(new Silent());
      late.awaitTold(etcd + "cannot connect: no answer within 5 s");
      late.etcd.become(new Through(SLOWLY));
      late.awaitTold(etcd + "cannot connect: ", "authentication failed");
      var latecomer = new Latecomer(cluster, user);
      latecomer.letInAtEtcd();

      String kafka = "Kafka at 127.0.0.1:%d: ".formatted(late.kafka.port());
      late.awaitTold(kafka + "nobody takes connections there");
      late.kafka.become(new Silent());
      late.awaitTold(kafka + "it takes connections, but says nothing");
      late.kafka.become(new Showing(others.ofAnotherAuthority()));
      late.awaitTold(kafka + "the broker's certificate is not by the authority");
      late.kafka.become(new Showing(others.ofAnotherHost()));
      late.awaitTold(kafka + "the broker's certificate is for another host");
      late.kafka.become(new Through(SLOWLY));
      late.awaitTold(kafka + "the user or the password is wrong");
      latecomer.letInAtKafka();
      late.awaitTold(kafka + "cannot describe topic", "Topic authorization failed");
      latecomer.giveRightsAtKafka(late.installation, "runservice");

      String s3 = "bucket millrace at http://127.0.0.1:%d: ".formatted(late.s3.port());
      late.awaitTold(s3, "Connection refused");
      late.s3.become(new Silent());
      late.awaitTold(s3 + "no answer for too long");
      late.s3.become(new Answering(FORBIDDEN));
      late.awaitTold(s3 + "the credentials are wrong or do not allow it (403)");
      late.s3.become(new Through(SLOWLY));
      late.awaitReady();
      assertSaidOnceEach(Files.readString(late.output));
    }
  }

  /** And nothing that is meant for whoever has written the program. */
  private void assertSaidOnceEach(String said) throws IOException {
    List<String> lines = said.lines().filter(line -> line.contains("waiting: ")).toList();
    assertThat(lines).doesNotHaveDuplicates().hasSizeLessThan(30);
    assertThat(said).doesNotContain("Exception", "\tat ");
    Path log = folder.resolve("data").resolve("log").resolve("millrace.log");
    assertThat(Files.readString(log))
        .as("the log has what standard error has, and no traces")
        .contains(lines.stream().map(line -> line.replace("runservice: ", "")).toList())
        .doesNotContain("\tat ");
  }

  @ParameterizedTest
  @EnumSource(Service.class)
  void aProcessThatWaitsEndsWhenItIsToldTo(Service silent) throws Exception {
    var through = new Through(Duration.ZERO);
    try (var late =
        new Late("runservice", "millrace", each -> each == silent ? new Silent() : through)) {
      late.awaitTold("127.0.0.1:" + late.gate(silent).port());
      late.process.destroy();
      assertThat(late.process.waitFor(1, TimeUnit.MINUTES)).as("it ends").isTrue();
      assertThat(late.process.exitValue())
          .as("as it was told to: %s", Files.readString(late.output))
          .isZero();
    }
  }
}
