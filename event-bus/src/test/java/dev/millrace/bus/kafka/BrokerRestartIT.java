package dev.millrace.bus.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.bus.Follower;
import dev.millrace.bus.LogRecord;
import dev.millrace.bus.OffsetOutOfRangeException;
import dev.millrace.bus.TopicPartition;
import dev.millrace.events.Topics;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class BrokerRestartIT {
  private static final TopicPartition EVENTS = new TopicPartition(Topics.RUN_EVENTS.name(), 0);

  @TempDir Path directory;

  @Test
  void aBrokerStoppedAndStartedHasItsRecords() throws Exception {
    try (var broker = EmbeddedBroker.start(Brokers.settings(directory));
        var bus = new KafkaBus(broker.clients())) {
      TopicCreator.create(broker.clients(), TopicPlan.embedded(1));
      Brokers.append(bus, EVENTS, "kept");
    }

    try (var broker = EmbeddedBroker.start(Brokers.settings(directory));
        var bus = new KafkaBus(broker.clients())) {
      TopicCreator.create(broker.clients(), TopicPlan.embedded(1));
      assertThat(Brokers.read(bus, EVENTS)).containsExactly("kept");
      assertThat(Brokers.append(bus, EVENTS, "more")).isEqualTo(1);
    }
  }

  @Test
  void aBrokerThatWasKilledHasEveryRecordItAcknowledged() throws Exception {
    int acknowledged = appendAndKill(50);

    try (var broker = EmbeddedBroker.start(Brokers.settings(directory));
        var bus = new KafkaBus(broker.clients())) {
      TopicCreator.create(broker.clients(), TopicPlan.embedded(1));
      var kept = Brokers.read(bus, EVENTS);
      assertThat(kept).hasSizeGreaterThanOrEqualTo(acknowledged);
      for (int i = 0; i < kept.size(); i++) {
        assertThat(kept.get(i)).isEqualTo(Integer.toString(i));
      }
      assertThat(Brokers.append(bus, EVENTS, "more")).isEqualTo(kept.size());
    }
  }

  @Test
  void aFollowerIsToldWhenTheLogItReadWasLostAndHasGrownAnew() throws Exception {
    int port = Brokers.freePort();
    var settings =
        new EmbeddedBroker.Settings(directory.resolve("kafka"), port, Brokers.OWNER, null);
    var first = EmbeddedBroker.start(settings);
    TopicCreator.create(first.clients(), TopicPlan.embedded(1));
    try (var bus = new KafkaBus(first.clients());
        var follower = bus.follower("survivor")) {
      Brokers.append(bus, EVENTS, "lost 0");
      Brokers.append(bus, EVENTS, "lost 1");
      follower.assign(EVENTS, 0);
      while (follower.position(EVENTS) < 2) {
        follower.poll(Duration.ofSeconds(1));
      }
      first.close();
      deleteAll(directory.resolve("kafka").resolve(EVENTS.toString()));

      try (var second = EmbeddedBroker.start(settings);
          var newBus = new KafkaBus(second.clients())) {
        for (int i = 0; i < 5; i++) {
          Brokers.append(newBus, EVENTS, "new " + i);
        }

        assertThatExceptionOfType(OffsetOutOfRangeException.class)
            .isThrownBy(() -> assertThat(readOn(follower)).isEmpty())
            .satisfies(e -> assertThat(e.partition()).isEqualTo(EVENTS));
      }
    }
  }

  /** What comes next, within a time that is enough for a broker's restart. */
  private static List<LogRecord> readOn(Follower follower) {
    long start = System.nanoTime();
    while (System.nanoTime() - start < Duration.ofSeconds(30).toNanos()) {
      var records = follower.poll(Duration.ofSeconds(1));
      if (!records.isEmpty()) {
        return records;
      }
    }
    return List.of();
  }

  private static void deleteAll(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      for (var file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  /** Kills the process once so many are acknowledged; tells how many were. */
  private int appendAndKill(int count) throws Exception {
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                BrokerProcess.class.getName(),
                directory.toString())
            .redirectError(Redirect.INHERIT)
            .start();
    int acknowledged = 0;
    try (var lines = process.inputReader()) {
      String line = lines.readLine();
      while (line != null) {
        acknowledged++;
        if (acknowledged == count) {
          process.toHandle().destroyForcibly(); // the process's own method closes its output
        }
        line = lines.readLine();
      }
    }
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(acknowledged).isGreaterThanOrEqualTo(count);
    return acknowledged;
  }
}
