package dev.millrace.bench;

import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.kafka.Credentials;
import dev.millrace.bus.kafka.KafkaBus;
import dev.millrace.bus.kafka.KafkaSettings;
import dev.millrace.datamanager.logs.LogArchive;
import dev.millrace.datamanager.recovery.Examination;
import dev.millrace.events.Partitions;
import dev.millrace.events.Topics;
import dev.millrace.launcher.server.Connection;
import dev.millrace.storage.coordination.CoordinationStore;
import dev.millrace.storage.coordination.MemoryCoordinationStore;
import dev.millrace.storage.objects.ObjectInfo;
import dev.millrace.storage.objects.ObjectStore;
import dev.millrace.storage.objects.PosixObjectStore;
import dev.millrace.verification.installation.Installation;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** What a server that runs has on Kafka and in its object storage. */
record StorageView(KafkaBus bus, ObjectStore objects, CoordinationStore coordination)
    implements AutoCloseable {
  static StorageView of(Installation installation) throws Exception {
    var connection = Connection.of(installation.dataDirectory()).orElseThrow();
    var credentials = new Credentials(connection.kafkaUser(), connection.kafkaPassword());
    return new StorageView(
        new KafkaBus(new KafkaSettings(connection.kafka(), credentials, 1)),
        PosixObjectStore.open(
            installation.dataDirectory().resolve("objects"), Clock.systemUTC(), StorageView::id),
        new MemoryCoordinationStore(System::nanoTime));
  }

  private static String id() {
    return UUID.randomUUID().toString();
  }

  TopicPartition logsOf(String run) {
    String topic = Topics.TASK_LOGS.name();
    return new TopicPartition(topic, Partitions.of(run, bus.partitions(topic)));
  }

  long end(TopicPartition partition) {
    return bus.extent(partition).toCompletableFuture().join().end();
  }

  /** Up to which offset of the partition logs are archived. */
  long archived(TopicPartition partition) {
    return LogArchive.open(objects, coordination, StorageView::id).position(partition.partition());
  }

  /** Every object there is: as long as none was deleted, every one that was written. */
  List<ObjectInfo> all() {
    try (Stream<ObjectInfo> all = objects.list("", "")) {
      return all.toList();
    }
  }

  /** What of them counts. */
  Examination.Report report() {
    return Examination.of(objects, coordination, StorageView::id, false);
  }

  @Override
  public void close() {
    objects.close();
    bus.close();
  }
}
