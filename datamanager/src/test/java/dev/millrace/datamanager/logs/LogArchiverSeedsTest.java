package dev.millrace.datamanager.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bus.Extent;
import dev.millrace.bus.OffsetOutOfRangeException;
import dev.millrace.bus.TopicPartition;
import dev.millrace.events.RunId;
import dev.millrace.events.Topics;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.LogChunk;
import dev.millrace.storage.objects.DyingStore;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever dies between two writes, whoever else archives, whatever comes again and whenever Kafka
 * is trimmed: every byte is archived once, with its line. Repeat one seed with {@code
 * -Dmillrace.seed=N}.
 */
final class LogArchiverSeedsTest {
  @TempDir Path scratch;

  static LongStream seeds() {
    Long one = Long.getLong("millrace.seed");
    return one == null ? LongStream.range(0, 150) : LongStream.of(one);
  }

  /** What an executor writes, now and then again from an earlier byte. */
  private static final class Step {
    final StepKey key;
    final byte[] output;
    int written;

    Step(StepKey key, Random random) {
      this.key = key;
      this.output =
          new byte[random.nextInt(5) == 0 ? random.nextInt(700_000) : random.nextInt(400)];
      for (int i = 0; i < output.length; i++) {
        output[i] = (byte) (random.nextInt(20) == 0 ? '\n' : random.nextInt(256));
      }
    }

    LogChunk next(Random random) {
      int from = random.nextInt(4) == 0 ? random.nextInt(written + 1) : written;
      int to = from + random.nextInt(Math.min(300_000, output.length - from) + 1);
      written = Math.max(written, to);
      return new LogChunk(
          key.attempt(),
          key.incarnation(),
          key.step(),
          from,
          false,
          Arrays.copyOfRange(output, from, to));
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void everyByteIsArchivedOnce(long seed) {
    var random = new Random(seed);
    try (var topic = new LogTopic(scratch)) {
      List<Step> steps = new ArrayList<>();
      for (int i = 0; i < 1 + random.nextInt(8); i++) {
        var attempt = new AttemptRef(RunId.parse("project/p/" + (1 + random.nextInt(3))), "t", 1);
        steps.add(new Step(new StepKey(attempt, "i" + random.nextInt(2), i), random));
      }
      var processes = List.of(new Archiving(topic), new Archiving(topic));
      List<Step> left = new ArrayList<>(steps);
      while (!left.isEmpty()) {
        Step step = left.get(random.nextInt(left.size()));
        topic.append(step.next(random));
        left.removeIf(each -> each.written == each.output.length);
        processes.get(random.nextInt(2)).doSomething(random);
        if (random.nextInt(10) == 0) {
          trim(topic);
        }
        topic.later(Duration.ofSeconds(random.nextInt(20)));
      }
      topic.archiveAll(topic.archiver());

      LogArchive archive = topic.archive();
      for (Step step : steps) {
        assertArchived(archive, step, random);
      }
    }
  }

  private static void assertArchived(LogArchive archive, Step step, Random random) {
    var all = new ByteArrayOutputStream();
    long lines = 0;
    for (var pieces = archive.from(step.key, 0); pieces.hasNext(); ) {
      LogPiece piece = pieces.next();
      assertThat(piece.position()).isEqualTo(all.size());
      assertThat(piece.linesBefore()).isEqualTo(lines);
      assertThat(piece.bytes().length).isBetween(1, LogPiece.LARGEST);
      assertThat(piece.marks().stream().mapToInt(LogPiece.Mark::length).sum())
          .isEqualTo(piece.bytes().length);
      all.writeBytes(piece.bytes());
      lines += piece.linesIn(piece.bytes().length);
    }
    assertThat(all.toByteArray()).isEqualTo(step.output);
    if (step.output.length > 0) {
      int from = random.nextInt(step.output.length);
      LogPiece within = archive.from(step.key, from).next();
      assertThat(within.bytes()[from - (int) within.position()]).isEqualTo(step.output[from]);
    }
    assertThat(archive.from(step.key, step.output.length).hasNext()).isFalse();
  }

  /** Deletes what is archived. */
  private static void trim(LogTopic topic) {
    LogArchive archive = topic.archive();
    for (int p = 0; p < LogTopic.PARTITIONS; p++) {
      var partition = new TopicPartition(Topics.TASK_LOGS.name(), p);
      Extent there = topic.bus.extent(partition).toCompletableFuture().join();
      if (archive.position(p) > there.start()) {
        topic.bus.trim(partition, archive.position(p)).toCompletableFuture().join();
      }
    }
  }

  /** A datamanager that dies now and then and is started again. */
  private static final class Archiving {
    private final LogTopic topic;
    private DyingStore store;
    private LogArchiver archiver;

    Archiving(LogTopic topic) {
      this.topic = topic;
      this.store = topic.dying();
      this.archiver = topic.archiver(store);
    }

    void doSomething(Random random) {
      try {
        switch (random.nextInt(6)) {
          case 0, 1 -> read();
          case 2 -> archiver.archive();
          case 3 -> archiver.forgetWaiting();
          case 4 -> store.dieAfter(random.nextInt(3), random.nextBoolean());
          default -> {}
        }
        if (archiver.isFull()) {
          archiver.archive();
        }
      } catch (DyingStore.Died _) {
        archiver.close();
        store = topic.dying();
        archiver = topic.archiver(store);
      }
    }

    private void read() {
      try {
        archiver.read(Duration.ZERO);
      } catch (OffsetOutOfRangeException _) {
        // another one has archived and deleted what comes next here: it begins anew
      }
    }
  }
}
