package dev.millrace.bus.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bus.TopicPartition;
import dev.millrace.events.Topics;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
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
