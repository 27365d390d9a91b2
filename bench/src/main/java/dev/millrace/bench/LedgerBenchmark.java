package dev.millrace.bench;

import dev.millrace.bus.Bus;
import dev.millrace.bus.Extent;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.kafka.Credentials;
import dev.millrace.bus.kafka.KafkaBus;
import dev.millrace.bus.kafka.KafkaSettings;
import dev.millrace.events.Topics;
import dev.millrace.launcher.server.Connection;
import dev.millrace.verification.installation.Installation;
import java.time.Duration;
import java.util.List;

/**
 * What a one-task run leaves on its ledger, records and bytes of values, and how many records it
 * needs elsewhere.
 */
final class LedgerBenchmark implements Benchmark {
  private static final int RUNS = 1_000;

  private record Size(long records, long bytes) {
    Size minus(Size other) {
      return new Size(records - other.records, bytes - other.bytes);
    }
  }

  @Override
  public void measure(Figures figures) throws Exception {
    try (var installation = Installation.create()) {
      var server = installation.upAndReady("--driver", "dummy", "--slots", "32");
      var connection = Connection.of(installation.dataDirectory()).orElseThrow();
      var settings =
          new KafkaSettings(
              connection.kafka(),
              new Credentials(connection.kafkaUser(), connection.kafkaPassword()),
              1);
      try (var bus = new KafkaBus(settings)) {
        server.api().createProject("bench");
        Size before = size(bus);
        var created =
            Load.offer(
                server.api(),
                List.of("bench"),
                RUNS,
                200,
                i -> Specs.run(i, Specs.task("task", List.of(), "true")));
        LatencyBenchmark.awaitAll(server.api(), created);
        Size grown = size(bus).minus(before);
        figures.add("records_per_run", grown.records() / (double) RUNS, "records");
        // Other topics begin empty; configuration has nothing to do with runs.
        for (var topic : List.of(Topics.RUN_COMMANDS, Topics.ASSIGNMENTS, Topics.TASK_LOGS)) {
          figures.add(
              topic.name() + "_records_per_run", records(bus, topic.name()) / RUNS, "records");
        }
        figures.add("bytes_per_run", grown.bytes() / (double) RUNS, "bytes");
      }
      server.stop();
    }
  }

  private static double records(Bus bus, String topic) {
    long records = 0;
    for (int p = 0; p < bus.partitions(topic); p++) {
      Extent extent = bus.extent(new TopicPartition(topic, p)).toCompletableFuture().join();
      records += extent.end() - extent.start();
    }
    return records;
  }

  private static Size size(Bus bus) {
    String topic = Topics.RUN_EVENTS.name();
    long records = 0;
    long bytes = 0;
    try (var follower = bus.follower("bench")) {
      for (int p = 0; p < bus.partitions(topic); p++) {
        var partition = new TopicPartition(topic, p);
        Extent extent = bus.extent(partition).toCompletableFuture().join();
        follower.assign(partition, extent.start());
        while (follower.position(partition) < extent.end()) {
          for (var record : follower.poll(Duration.ofSeconds(1))) {
            records++;
            bytes += record.value().length;
          }
        }
        follower.unassign(partition);
      }
    }
    return new Size(records, bytes);
  }
}
