package dev.millrace.runservice.logs;

import static dev.millrace.runservice.logs.LogWorld.bytes;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.run.TaskOutcome;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Lines, last lines, and ranges of bytes of logs, wherever those are. */
final class LogPartsTest {
  private final LogWorld world = new LogWorld(2);

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void linesAreCountedOverStepsAndWhereverTheyAre() throws Exception {
    String[] outputs = {"a1\na2\n\nopen", " a4\nb5\nb6", ""};
    String joined = String.join("", outputs);
    world.claimed();
    for (int step = 0; step < 2; step++) {
      world.stepStarted(step);
      long first = world.chunk(step, 0, bytes(outputs[step].substring(0, 4)));
      if (step == 0) {
        world.archive.archiveAll();
      }
      long last = world.chunk(step, 4, bytes(outputs[step].substring(4)));
      world.stepFinished(step, first, last, outputs[step].length());
    }
    for (int round = 0; round < 3; round++) {
      assertLines(joined, null);
      assertLines(outputs[0], 0);
      assertLines(outputs[1], 1);
      world.archive.archiveAll();
      if (round == 1) {
        world.trim();
        world.restart();
      }
    }
  }

  private void assertLines(String text, @Nullable Integer step) throws Exception {
    String[] lines = text.split("(?<=\n)");
    for (int first = 1; first <= lines.length + 2; first++) {
      for (int count = 0; count <= lines.length + 1; count++) {
        String expected =
            Arrays.stream(lines).skip(first - 1L).limit(count).collect(Collectors.joining());
        assertThat(world.read(part(new LogPart.Lines(first, count), step)))
            .as("%d lines from %d of %s", count, first, text)
            .isEqualTo(expected);
      }
    }
    for (int count = 0; count <= lines.length + 1; count++) {
      String expected =
          Arrays.stream(lines)
              .skip(Math.max(0, lines.length - count))
              .collect(Collectors.joining());
      assertThat(world.read(part(new LogPart.Tail(count), step))).isEqualTo(expected);
    }
  }

  private static LogQuery part(LogPart part, @Nullable Integer step) {
    return new LogQuery(LogWorld.RUN, "build", null, step, part, false);
  }

  @Test
  void linesOfAGhostDoNotCount() throws Exception {
    world.claimed();
    world.stepStarted(0);
    world.chunk(0, 0, bytes("one\ntwo\n"));
    world.passes(Duration.ofSeconds(10));
    world.taskFinished(TaskOutcome.lost);
    world.passes(Duration.ofSeconds(1));
    world.chunk(0, 8, bytes("ghost\n"));

    for (int round = 0; round < 2; round++) {
      assertThat(world.read(part(new LogPart.Tail(1), 0))).isEqualTo("two\n");
      assertThat(world.read(part(new LogPart.Lines(2, 5), 0))).isEqualTo("two\n");
      assertThat(world.read(part(new LogPart.Lines(3, 5), 0))).isEmpty();
      world.archive.archiveAll();
      world.trim();
    }
  }

  @Test
  void aRangeOfBytesEndsWhereItIsToldTo() throws Exception {
    world.writeOneTwo();
    for (int round = 0; round < 2; round++) {
      assertThat(world.read(part(new LogPart.Bytes(2, 5), 0))).isEqualTo("e t");
      assertThat(world.read(part(new LogPart.Bytes(2, 2), null))).isEmpty();
      assertThat(world.read(part(new LogPart.Bytes(5, 100), null))).isEqualTo("wo");
      assertThat(world.read(part(new LogPart.Rest(new LogPart.Lines(1, 1), 4), null)))
          .isEqualTo("two");
      assertThat(world.read(part(new LogPart.Rest(new LogPart.Tail(1), 5), null))).isEqualTo("wo");
      world.archive.archiveAll();
      world.trim();
    }
  }

  @Test
  void theLastLinesAreFollowedOnAndALineThatIsNotThereYetIsRefused() throws Exception {
    world.claimed();
    world.stepStarted(0);
    long first = world.chunk(0, 0, bytes("one\ntwo\n"));
    LogReading reading = world.logs().open(world.all(new LogPart.Tail(1), true));
    assertThat(reading.begin()).isEqualTo(4);
    long last = world.chunk(0, 8, bytes("three\n"));
    world.stepFinished(0, first, last, 14);
    world.stepStarted(1);
    world.stepFinished(1, 0, -1, 0);
    world.taskFinished(TaskOutcome.success);
    var got = new StringBuilder();
    reading.writeTo(new TextSink(got));

    assertThat(got).hasToString("two\nthree\n");
    assertThat(world.refused(world.all(new LogPart.Lines(9, Long.MAX_VALUE), true)).message())
        .isEqualTo("there is no line 9 yet: the log has 3");
  }

  @Test
  void theLastLinesOfALongLogAreReadWithoutReadingAllOfIt() throws Exception {
    world.claimed();
    world.stepStarted(0);
    byte[] chunk = "a line of nineteen\n".repeat(13_000).getBytes(UTF_8);
    int chunks = 200;
    long first = world.chunk(0, 0, chunk);
    long last = first;
    for (int i = 1; i < chunks; i++) {
      last = world.chunk(0, (long) i * chunk.length, chunk);
    }
    world.stepFinished(0, first, last, (long) chunks * chunk.length);
    world.archive.archiveAll();
    world.trim();
    world.restart();
    world.archive.objects.reads.set(0);

    assertThat(world.read(world.all(new LogPart.Tail(2), false)))
        .isEqualTo("a line of nineteen\n".repeat(2));
    assertThat(world.read(world.all(new LogPart.Lines(1_300_001, 1), false)))
        .isEqualTo("a line of nineteen\n");
    assertThat(world.archive.objects.reads.get()).isLessThan(chunks);
  }
}
