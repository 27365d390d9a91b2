package dev.millrace.runservice.logs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.events.RunId;
import dev.millrace.events.run.LogChunk;
import dev.millrace.events.run.TaskOutcome;
import dev.millrace.http.Problem;
import dev.millrace.http.ProblemException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TaskLogsTest {
  private final LogWorld world = new LogWorld(2);

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void aFinishedStepIsReadFromItsRange() throws Exception {
    world.claimed();
    world.append("noise".getBytes(UTF_8));
    world.stepStarted(0);
    long first = world.chunk(0, 0, bytes("one "));
    long last = world.chunk(0, 4, bytes("two"));
    world.stepFinished(0, first, last, 7);

    assertThat(read(world.step(0, 0, false))).isEqualTo("one two");
    assertThat(read(world.step(0, 2, false))).isEqualTo("e two");
    assertThat(read(world.step(0, 7, true))).isEmpty();
  }

  @Test
  void anotherIncarnationsChunksAreNotShown() throws Exception {
    world.append(new LogChunk(LogWorld.ATTEMPT, "before", 0, 0, false, bytes("stale")));
    world.claimed();
    world.stepStarted(0);
    long first = world.chunk(0, 0, bytes("mine"));
    world.append(new LogChunk(LogWorld.ATTEMPT, "before", 0, 0, false, bytes("stale")));
    world.stepFinished(0, first, first + 1, 4);

    assertThat(read(world.step(0, 0, false))).isEqualTo("mine");
  }

  @Test
  void aGapIsAnErrorAfterAllThatCameBeforeIt() {
    world.claimed();
    world.stepStarted(0);
    long first = world.chunk(0, 0, bytes("one "));
    long last = world.chunk(0, 8, bytes("three"));
    world.stepFinished(0, first, last, 13);
    var viewer = new Viewer();

    assertThatThrownBy(() -> world.logs().open(world.step(0, 0, false)).writeTo(viewer))
        .isInstanceOf(LogGapException.class)
        .hasMessage(
            "the log of step 0 of project/p1/1/build/1 has a gap: bytes 4 to 7 are missing");
    assertThat(new String(viewer.got(), UTF_8)).isEqualTo("one ");
  }

  @Test
  void aMissingEndIsAnError() {
    world.claimed();
    world.stepStarted(0);
    long first = world.chunk(0, 0, bytes("one "));
    world.stepFinished(0, first, first, 9);

    assertThatExceptionOfType(LogGapException.class)
        .isThrownBy(() -> read(world.step(0, 0, true)))
        .satisfies(e -> assertThat(e.problem().status()).isEqualTo(410));
  }

  @Test
  void aRunningStepIsReadUpToNowUnlessFollowed() throws Exception {
    world.claimed();
    world.stepStarted(0);
    world.chunk(0, 0, bytes("so far"));

    assertThat(read(world.step(0, 0, false))).isEqualTo("so far");
    assertThat(read(world.all(3, false))).isEqualTo("far");
  }

  @Test
  void theStepsOfATaskFollowOneAnother() throws Exception {
    world.claimed();
    world.stepStarted(0);
    long first = world.chunk(0, 0, bytes("one"));
    world.stepFinished(0, first, first, 3);
    world.stepStarted(1);
    long second = world.chunk(1, 0, bytes("two"));
    world.stepFinished(1, second, second, 3);
    world.taskFinished(TaskOutcome.success);
    var viewer = new Viewer();

    world.logs().open(world.all(0, true)).writeTo(viewer);

    assertThat(new String(viewer.got(), UTF_8)).isEqualTo("onetwo");
    assertThat(viewer.told())
        .containsExactly(
            "begin 0 at 0", "end 0 at 3, success", "begin 1 at 3", "end 1 at 6, success");
    assertThat(read(world.all(4, false))).isEqualTo("wo");
  }

  @Test
  void aFollowerSeesTheTaskFromBeforeItsClaimToItsEnd() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var half = new CountDownLatch(1);
      var viewer =
          new Viewer(
              after -> {
                if (after == 3) {
                  half.countDown();
                }
              });
      Future<?> done =
          threads.submit(
              () -> {
                world.logs().open(world.all(0, true)).writeTo(viewer);
                return null;
              });
      world.claimed();
      world.stepStarted(0);
      long first = world.chunk(0, 0, bytes("one"));
      assertThat(half.await(20, TimeUnit.SECONDS)).isTrue();
      world.stepFinished(0, first, first, 3);
      world.stepStarted(1);
      long second = world.chunk(1, 0, bytes("two"));
      world.stepFinished(1, second, second, 3);
      world.taskFinished(TaskOutcome.success);

      done.get(20, TimeUnit.SECONDS);
      assertThat(new String(viewer.got(), UTF_8)).isEqualTo("onetwo");
    }
  }

  @Test
  void whatAFollowerWasShownOfAStepWhoseBeginningIsNotReportedIsThereForEveryReader()
      throws Exception {
    world.claimed();
    world.stepStarted(0);
    long first = world.chunk(0, 0, bytes("one"));
    world.stepFinished(0, first, first, 3);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var both = new CountDownLatch(1);
      var viewer =
          new Viewer(
              after -> {
                if (after == 6) {
                  both.countDown();
                }
              });
      Future<?> done =
          threads.submit(
              () -> {
                world.logs().open(world.all(0, true)).writeTo(viewer);
                return null;
              });
      long second = world.chunk(1, 0, bytes("two"));
      assertThat(both.await(20, TimeUnit.SECONDS)).isTrue();

      String all = read(world.all(0, false));
      String rest = read(world.step(1, 1, false));

      world.stepStarted(1);
      world.stepFinished(1, second, second, 3);
      world.taskFinished(TaskOutcome.success);
      done.get(20, TimeUnit.SECONDS);
      assertThat(all).isEqualTo("onetwo");
      assertThat(rest).isEqualTo("wo");
      assertThat(new String(viewer.got(), UTF_8)).isEqualTo("onetwo");
    }
  }

  @Test
  void whatALostAttemptWroteBeforeItEndedIsShown() throws Exception {
    world.claimed();
    world.stepStarted(0);
    world.chunk(0, 0, bytes("last words"));
    world.passes(Duration.ofSeconds(10));
    world.taskFinished(TaskOutcome.lost);
    world.passes(Duration.ofSeconds(1));
    world.chunk(0, 10, bytes(" of a ghost"));

    assertThat(read(world.all(0, true))).isEqualTo("last words");
    world.passes(Duration.ofHours(1));
    world.restart();
    assertThat(read(world.step(0, 5, false))).isEqualTo("words");
  }

  @Test
  void aReplicaThatStartsLaterFindsWhatIsGoingOn() throws Exception {
    world.passes(Duration.ofHours(1));
    world.claimed();
    world.stepStarted(0);
    world.chunk(0, 0, bytes("one "));
    world.restart();
    world.chunk(0, 4, bytes("two"));

    assertThat(read(world.step(0, 0, false))).isEqualTo("one two");
    assertThat(read(world.step(0, 5, false))).isEqualTo("wo");
  }

  @Test
  void aSlowViewerOfALongLogGetsAllOfItAndHoldsLittle() throws Exception {
    world.claimed();
    world.stepStarted(0);
    byte[] chunk = new byte[64 * 1024];
    int chunks = 300;
    var all = new CountDownLatch(1);
    var reading = new CountDownLatch(1);
    var written = new CountDownLatch(1);
    var viewer =
        new Viewer(
            after -> {
              reading.countDown();
              await(written); // nothing is taken until all is written: the inbox overflows
              if (after == (long) chunks * chunk.length) {
                all.countDown();
              }
            });
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> done =
          threads.submit(
              () -> {
                world.logs().open(world.step(0, 0, true)).writeTo(viewer);
                return null;
              });
      long first = world.chunk(0, 0, chunk);
      await(reading);
      long last = first;
      for (int i = 1; i < chunks; i++) {
        last = world.chunk(0, (long) i * chunk.length, chunk);
      }
      written.countDown();
      await(all);
      world.stepFinished(0, first, last, (long) chunks * chunk.length);
      done.get(30, TimeUnit.SECONDS);
      assertThat(viewer.size()).isEqualTo(chunks * chunk.length);
    }
  }

  @Test
  void whatIsArchivedIsReadAfterItWasDeletedFromKafka() throws Exception {
    writeOneTwo();
    world.archive.archiveAll();
    world.trim();

    assertThat(read(world.step(0, 0, false))).isEqualTo("one two");
    assertThat(read(world.step(0, 5, true))).isEqualTo("wo");
    world.restart();
    assertThat(read(world.all(2, false))).isEqualTo("e two");
  }

  @Test
  void aStepThatGoesOnIsReadFromTheArchiveAndFromKafkaAndAsItGrows() throws Exception {
    world.passes(Duration.ofHours(1));
    world.claimed();
    world.stepStarted(0);
    long first = world.chunk(0, 0, bytes("one "));
    world.archive.archiveAll();
    world.trim();
    world.restart();
    world.chunk(0, 4, bytes("two "));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var caughtUp = new CountDownLatch(1);
      var viewer =
          new Viewer(
              after -> {
                if (after == 8) {
                  caughtUp.countDown();
                }
              });
      Future<?> done =
          threads.submit(
              () -> {
                world.logs().open(world.step(0, 0, true)).writeTo(viewer);
                return null;
              });
      await(caughtUp);
      long last = world.chunk(0, 8, bytes("three"));
      world.stepFinished(0, first, last, 13);
      done.get(20, TimeUnit.SECONDS);
      assertThat(new String(viewer.got(), UTF_8)).isEqualTo("one two three");
    }
  }

  @Test
  void whatAGhostWroteIsNotShownFromTheArchiveEither() throws Exception {
    world.claimed();
    world.stepStarted(0);
    world.chunk(0, 0, bytes("last words"));
    world.passes(Duration.ofSeconds(10));
    world.taskFinished(TaskOutcome.lost);
    world.passes(Duration.ofSeconds(1));
    world.chunk(0, 10, bytes(" of a ghost"));
    world.archive.archiveAll();

    assertThat(read(world.all(0, true))).isEqualTo("last words");
    world.trim();
    world.restart();
    assertThat(read(world.step(0, 5, false))).isEqualTo("words");
  }

  @Test
  void whileTheStoreIsAwayLogsAreReadFromKafkaAsLongAsTheyAreThere() throws Exception {
    writeOneTwo();
    world.stepStarted(1);
    world.chunk(1, 0, bytes(" three"));
    world.archive.archiveAll();
    world.restart();
    world.archive.objects.away = true;

    assertThat(read(world.step(0, 0, false))).isEqualTo("one two");
    assertThat(read(world.all(2, false))).isEqualTo("e two three");
    world.taskFinished(TaskOutcome.lost);
    assertThat(read(world.all(2, false))).isEqualTo("e two three");

    world.trim();
    assertThat(refused(world.step(0, 0, false)).status()).isEqualTo(503);
    assertThat(refused(world.step(1, 0, false)).status()).isEqualTo(503);
    world.archive.objects.away = false;
    assertThat(read(world.all(0, false))).isEqualTo("one two three");
  }

  @Test
  void aLogThatIsLostIsReadFromKafkaOrSaidToBeLost() throws Exception {
    writeOneTwo();
    world.archive.archiveAll();
    world.archive.lose();
    world.restart();

    assertThat(read(world.step(0, 0, false))).isEqualTo("one two");

    world.trim();
    Problem gone = refused(world.step(0, 0, false));
    assertThat(gone.status()).isEqualTo(410);
    assertThat(gone.message())
        .startsWith("the log of step 0 of project/p1/1/build/1 cannot be read from byte 0 on")
        .contains("is missing, with 1 entries");
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
        assertThat(read(part(new LogPart.Lines(first, count), step)))
            .as("%d lines from %d of %s", count, first, text)
            .isEqualTo(expected);
      }
    }
    for (int count = 0; count <= lines.length + 1; count++) {
      String expected =
          Arrays.stream(lines)
              .skip(Math.max(0, lines.length - count))
              .collect(Collectors.joining());
      assertThat(read(part(new LogPart.Tail(count), step))).isEqualTo(expected);
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
      assertThat(read(part(new LogPart.Tail(1), 0))).isEqualTo("two\n");
      assertThat(read(part(new LogPart.Lines(2, 5), 0))).isEqualTo("two\n");
      assertThat(read(part(new LogPart.Lines(3, 5), 0))).isEmpty();
      world.archive.archiveAll();
      world.trim();
    }
  }

  @Test
  void aRangeOfBytesEndsWhereItIsToldTo() throws Exception {
    writeOneTwo();
    for (int round = 0; round < 2; round++) {
      assertThat(read(part(new LogPart.Bytes(2, 5), 0))).isEqualTo("e t");
      assertThat(read(part(new LogPart.Bytes(2, 2), null))).isEmpty();
      assertThat(read(part(new LogPart.Bytes(5, 100), null))).isEqualTo("wo");
      assertThat(read(part(new LogPart.Rest(new LogPart.Lines(1, 1), 4), null))).isEqualTo("two");
      assertThat(read(part(new LogPart.Rest(new LogPart.Tail(1), 5), null))).isEqualTo("wo");
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
    assertThat(refused(world.all(new LogPart.Lines(9, Long.MAX_VALUE), true)).message())
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

    assertThat(read(world.all(new LogPart.Tail(2), false)))
        .isEqualTo("a line of nineteen\n".repeat(2));
    assertThat(read(world.all(new LogPart.Lines(1_300_001, 1), false)))
        .isEqualTo("a line of nineteen\n");
    assertThat(world.archive.objects.reads.get()).isLessThan(chunks);
  }

  private void writeOneTwo() {
    world.passes(Duration.ofHours(1));
    world.claimed();
    world.stepStarted(0);
    long first = world.chunk(0, 0, bytes("one "));
    long last = world.chunk(0, 4, bytes("two"));
    world.stepFinished(0, first, last, 7);
  }

  private Problem refused(LogQuery query) throws Exception {
    try {
      throw new AssertionError("was read: " + read(query));
    } catch (ProblemException e) {
      return e.problem();
    }
  }

  @Test
  void whatIsNotThereIsNamed() {
    assertThat(
            problem(new LogQuery(RunId.parse("user/u/9"), "build", null, null, LogPart.ALL, false)))
        .isEqualTo("there is no run user/u/9");
    assertThat(problem(new LogQuery(LogWorld.RUN, "test", null, null, LogPart.ALL, false)))
        .isEqualTo("run project/p1/1 has no task \"test\"");
    assertThat(problem(new LogQuery(LogWorld.RUN, "build", 2, null, LogPart.ALL, false)))
        .isEqualTo("task \"build\" of run project/p1/1 has no attempt 2");
    assertThat(problem(world.step(2, 0, false)))
        .isEqualTo("task \"build\" of run project/p1/1 has no step 2");
  }

  @Test
  void nothingIsShownBeforeTheClaim() throws Exception {
    world.chunk(0, 0, bytes("too early"));
    assertThat(read(world.all(0, false))).isEmpty();
  }

  private String problem(LogQuery query) {
    try {
      world.logs().open(query);
      return "";
    } catch (ProblemException e) {
      assertThat(e.problem().status()).isEqualTo(404);
      return e.problem().message();
    }
  }

  private String read(LogQuery query) throws Exception {
    var got = new StringBuilder();
    var viewer = new TextSink(got);
    world.logs().open(query).writeTo(viewer);
    return got.toString();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
