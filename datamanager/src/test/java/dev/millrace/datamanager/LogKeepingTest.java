package dev.millrace.datamanager;

import static dev.millrace.datamanager.MemoryInstallation.AGE;
import static dev.millrace.datamanager.MemoryInstallation.RETENTION;
import static dev.millrace.datamanager.MemoryInstallation.steps;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bus.Extent;
import dev.millrace.bus.TopicPartition;
import dev.millrace.datamanager.logs.LogArchive;
import dev.millrace.datamanager.logs.StepKey;
import dev.millrace.events.Partitions;
import dev.millrace.events.RunId;
import dev.millrace.events.Topics;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.LogChunk;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Output of steps goes from the bus into the archive, by one datamanager at a time. */
final class LogKeepingTest {
  private static final int PARTITIONS = 4;
  @AutoClose private final MemoryInstallation here = new MemoryInstallation(PARTITIONS);
  @TempDir Path scratch;

  private DataManager manager() {
    return here.manager(scratch, here.objects);
  }

  @Test
  void logsAreDeletedOnceTheyAreArchivedAndOldEnoughAndNeverBefore() {
    here.checkpointEvery = Duration.ofMinutes(5);
    var run = RunId.parse("project/p1/1");
    var away = new AwayStore(here.objects);
    try (var manager = here.manager(scratch, away)) {
      log(run, 0, "old");
      steps(manager);
      away.away = true;
      here.later(RETENTION.multipliedBy(2));
      steps(manager);
      assertThat(logs(run).start()).as("it is old, but not archived").isZero();

      away.away = false;
      here.later(Duration.ofSeconds(10));
      log(run, 3, "young");
      steps(manager);
      here.later(here.checkpointEvery);
      steps(manager);
      assertThat(logArchive().position(logPartition(run))).as("both are archived").isEqualTo(2);
      assertThat(logs(run)).as("one is old").isEqualTo(new Extent(1, 2));
    }
    here.later(RETENTION);
    try (var manager = manager()) {
      here.later(here.checkpointEvery);
      steps(manager);
      assertThat(logs(run)).isEqualTo(new Extent(2, 2));
    }
  }

  @Test
  void ofTwoTheOneWithTheLeaseArchivesLogsAndAfterItsEndTheOther() {
    var run = RunId.parse("project/p1/1");
    try (var first = manager()) {
      try (var second = manager()) {
        log(run, 0, "one");
        steps(first);
        steps(second);
        here.later(AGE);
        steps(first);
        steps(second);
        assertThat(logArchive().archive().files()).hasSize(1);
        log(run, 3, "two");
        steps(second);
        steps(first);
        here.later(AGE);
        steps(first);
      }
      assertThat(logArchive().archive().files()).hasSize(2);
    }
    try (var third = manager()) {
      log(run, 6, "three");
      steps(third);
      here.later(AGE);
      steps(third);
    }
    var all = new StringBuilder();
    var step = new StepKey(new AttemptRef(run, "build", 1), "1-x", 0);
    logArchive()
        .from(step, 0)
        .forEachRemaining(piece -> all.append(new String(piece.bytes(), UTF_8)));
    assertThat(all).hasToString("onetwothree");
  }

  private void log(RunId run, long position, String text) {
    var chunk =
        new LogChunk(
            new AttemptRef(run, "build", 1), "1-x", 0, position, false, text.getBytes(UTF_8));
    var to = new TopicPartition(Topics.TASK_LOGS.name(), logPartition(run));
    here.bus
        .appender("executor")
        .append(to, run.toString(), LogChunk.write(chunk))
        .toCompletableFuture()
        .join();
  }

  private Extent logs(RunId run) {
    return here.bus
        .extent(new TopicPartition(Topics.TASK_LOGS.name(), logPartition(run)))
        .toCompletableFuture()
        .join();
  }

  private static int logPartition(RunId run) {
    return Partitions.of(run.toString(), PARTITIONS);
  }

  private LogArchive logArchive() {
    return LogArchive.open(here.objects, here.coordination, here::id);
  }
}
