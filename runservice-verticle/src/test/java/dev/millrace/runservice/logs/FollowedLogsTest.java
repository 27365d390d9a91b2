package dev.millrace.runservice.logs;

import static dev.millrace.runservice.logs.LogWorld.bytes;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.run.TaskOutcome;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Logs that somebody reads while they are written. */
final class FollowedLogsTest {
  private final LogWorld world = new LogWorld(2);

  @AfterEach
  void close() {
    world.close();
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

      String all = world.read(world.all(0, false));
      String rest = world.read(world.step(1, 1, false));

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

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
