package dev.millrace.datamanager.checkpoints;

import static dev.millrace.datamanager.MemoryInstallation.RETENTION;
import static dev.millrace.datamanager.MemoryInstallation.paths;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.bus.Appender;
import dev.millrace.bus.Extent;
import dev.millrace.bus.TopicPartition;
import dev.millrace.datamanager.DataManagerByHand;
import dev.millrace.datamanager.MemoryInstallation;
import dev.millrace.datamanager.checkpoints.DeliveryCheckpoints.Start;
import dev.millrace.datamanager.runs.RunLedger;
import dev.millrace.events.Delivery;
import dev.millrace.events.Json;
import dev.millrace.events.Partitions;
import dev.millrace.events.ProjectId;
import dev.millrace.events.RootGroup;
import dev.millrace.events.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deliveries go from Kafka once they are decided and covered, and no project forgets its refs. */
final class DeliveryTrimmingTest {
  private static final String TOPIC = Topics.INCOMING_DELIVERIES.name();
  private static final int PARTITIONS = 2;
  private static final int PARTITION = 1;
  private static final Duration EVERY = Duration.ofMinutes(5);
  private static final ProjectId BUSY = project(0);
  private static final ProjectId QUIET = project(1);

  @AutoClose private final MemoryInstallation here = new MemoryInstallation(PARTITIONS);
  private final RunLedger ledger = new RunLedger(here.bus);
  private final Appender appender = here.bus.appender("test");
  @TempDir Path scratch;

  DeliveryTrimmingTest() {
    here.checkpointEvery = EVERY;
  }

  /** The project of this number among those of the partition. */
  private static ProjectId project(int number) {
    int found = 0;
    for (int i = 0; ; i++) {
      var project = new ProjectId("project" + i);
      if (Partitions.of(RootGroup.of(project).toString(), PARTITIONS) == PARTITION
          && found++ == number) {
        return project;
      }
    }
  }

  private DataManagerByHand manager() {
    return new DataManagerByHand(here.config(scratch), here.ports());
  }

  private long deliver(ProjectId project, String branch, @Nullable String after) {
    return append(
        Json.write(
            new Delivery(project, "refs/heads/" + branch, null, after, null, Instant.EPOCH)));
  }

  private long append(byte[] record) {
    return appender
        .append(new TopicPartition(TOPIC, PARTITION), null, record)
        .toCompletableFuture()
        .join()
        .offset();
  }

  /** Lets the checkpoint be made that is due next, and what is old enough be deleted. */
  private void checkpoint(DataManagerByHand manager) {
    here.later(EVERY);
    ledger.create(); // so that anything has happened
    for (int i = 0; i < 10; i++) {
      manager.step();
    }
  }

  private Extent extent() {
    return here.bus.extent(new TopicPartition(TOPIC, PARTITION)).toCompletableFuture().join();
  }

  private Start newest() {
    return here.checkpoints().deliveries().newest(PARTITION);
  }

  private Map<String, String> refs(ProjectId project) {
    return newest().refs().getOrDefault(RootGroup.of(project), Map.of());
  }

  @Test
  void whatIsDecidedAndCoveredAndOldIsDeletedAndTheRefsStay() {
    try (var manager = manager()) {
      ledger.settle(QUIET, deliver(QUIET, "main", "q"));
      deliver(BUSY, "main", "a");
      deliver(BUSY, "old", "b");
      append("no delivery at all".getBytes(UTF_8));
      deliver(BUSY, "old", null);
      ledger.settle(BUSY, deliver(BUSY, "main", "c"));
      checkpoint(manager);
      assertThat(newest().offset()).isEqualTo(6);
      here.later(RETENTION);
      assertThat(extent()).as("one checkpoint").isEqualTo(new Extent(0, 6));

      deliver(BUSY, "main", "young");
      checkpoint(manager);
      assertThat(extent()).as("two checkpoints").isEqualTo(new Extent(6, 7));
    }
    for (int life = 0; life < 3; life++) {
      try (var manager = manager()) {
        checkpoint(manager);
        checkpoint(manager);
      }
      assertThat(refs(QUIET)).containsExactly(Map.entry("refs/heads/main", "q"));
      assertThat(refs(BUSY)).containsExactly(Map.entry("refs/heads/main", "c"));
      assertThat(newest().offset()).as("the young one is not decided").isEqualTo(6);
    }
  }

  @Test
  void nothingIsDeletedFromTheFirstThatIsNotDecidedOn() {
    try (var manager = manager()) {
      ledger.settle(BUSY, deliver(BUSY, "main", "a"));
      long waits = deliver(QUIET, "main", "q");
      ledger.settle(BUSY, deliver(BUSY, "main", "b"));
      for (int i = 0; i < 4; i++) {
        checkpoint(manager);
        here.later(RETENTION);
      }
      assertThat(extent()).isEqualTo(new Extent(waits, 3));
      assertThat(refs(BUSY)).containsExactly(Map.entry("refs/heads/main", "a"));

      ledger.settle(QUIET, waits);
      for (int i = 0; i < 4; i++) {
        checkpoint(manager);
      }
      assertThat(extent()).isEqualTo(new Extent(3, 3));
      assertThat(refs(BUSY)).containsExactly(Map.entry("refs/heads/main", "b"));
      assertThat(refs(QUIET)).containsExactly(Map.entry("refs/heads/main", "q"));
    }
  }

  @Test
  void whereNoCheckpointCanBeReadNobodyBeginsAnew() {
    try (var manager = manager()) {
      ledger.settle(BUSY, deliver(BUSY, "main", "a"));
      checkpoint(manager);
    }
    paths(here.objects, LedgerCheckpoints.FOLDER).forEach(here.objects::delete);

    assertThatThrownBy(this::newest)
        .hasMessage("no checkpoint of incoming-deliveries/00001 can be read");
  }

  @Test
  void whatIsYoungerThanEventsAreKeptStays() {
    try (var manager = manager()) {
      ledger.settle(BUSY, deliver(BUSY, "main", "a"));
      for (int i = 0; i < 4; i++) {
        checkpoint(manager);
      }
      assertThat(extent()).isEqualTo(new Extent(0, 1));
    }
  }

  @Test
  void aProjectMayHaveAnyNumberOfRefs() {
    Map<String, String> many = new TreeMap<>();
    for (int i = 0; i < 2_500; i++) {
      many.put("refs/heads/" + i, "c" + i);
    }
    many.forEach((ref, commit) -> deliver(BUSY, ref.substring("refs/heads/".length()), commit));
    ledger.settle(BUSY, 2_499);
    ledger.settle(QUIET, deliver(QUIET, "main", "q"));
    try (var manager = manager()) {
      checkpoint(manager);
    }
    assertThat(refs(BUSY)).isEqualTo(many);
    assertThat(refs(QUIET)).containsExactly(Map.entry("refs/heads/main", "q"));
    assertThat(newest().offset()).isEqualTo(2_501);
  }
}
