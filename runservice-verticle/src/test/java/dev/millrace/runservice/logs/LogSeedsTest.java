package dev.millrace.runservice.logs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.RunId;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.LogChunk;
import dev.millrace.events.run.TaskOutcome;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A viewer that is cut off at random points, whatever else is on the topic, whenever the replica is
 * another one, and whatever was archived and deleted from Kafka meanwhile, gets every byte once.
 * Repeat one seed with {@code -Dmillrace.seed=N}.
 */
final class LogSeedsTest {
  static LongStream seeds() {
    Long one = Long.getLong("millrace.seed");
    return one == null ? LongStream.range(0, 50) : LongStream.of(one);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void everyByteComesOnceAndInOrder(long seed) throws Exception {
    var random = new Random(seed);
    int steps = 1 + random.nextInt(3);
    try (var world = new LogWorld(steps);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      byte[][] output = new byte[steps][];
      for (int i = 0; i < steps; i++) {
        output[i] = new byte[random.nextInt(4) == 0 ? 0 : random.nextInt(20_000)];
        random.nextBytes(output[i]);
      }
      byte[] all = joined(output);
      boolean lost = random.nextInt(4) == 0;
      world.passes(Duration.ofSeconds(random.nextInt(200)));
      var viewer = new Viewer();
      var cuts = new Random(seed + 1);
      Future<?> viewing = threads.submit(() -> view(world, viewer, cuts));

      write(world, output, random, lost);
      viewing.get(30, TimeUnit.SECONDS);

      assertThat(viewer.got()).isEqualTo(all);
      var again = new Viewer();
      world.logs().open(world.all(0, false)).writeTo(again);
      assertThat(again.got()).isEqualTo(all);
    }
  }

  private static Void view(LogWorld world, Viewer viewer, Random random) throws Exception {
    while (true) {
      viewer.leaveAfter(random.nextInt(5) == 0 ? Long.MAX_VALUE : random.nextInt(8_000));
      try {
        world.logs().open(world.all(viewer.size(), true)).writeTo(viewer);
        return null;
      } catch (Viewer.GoneException _) {
        // comes back where it left
      }
    }
  }

  private static void write(LogWorld world, byte[][] output, Random random, boolean lost) {
    noise(world, random);
    world.claimed();
    for (int step = 0; step < output.length; step++) {
      noise(world, random);
      world.stepStarted(step);
      long first = Long.MAX_VALUE;
      long last = -1;
      int written = 0;
      while (written < output[step].length) {
        noise(world, random);
        // Now and then as an executor that does not know what landed: from an earlier byte again.
        int from = random.nextInt(6) == 0 ? random.nextInt(written + 1) : written;
        int to = from + random.nextInt(Math.min(3_000, output[step].length - from) + 1);
        long at = world.chunk(step, from, Arrays.copyOfRange(output[step], from, to));
        first = Math.min(first, at);
        last = at;
        written = Math.max(written, to);
        if (random.nextInt(30) == 0) {
          world.passes(Duration.ofSeconds(random.nextInt(100)));
        }
        if (random.nextInt(30) == 0) {
          world.restart();
        }
        archive(world, random);
      }
      if (lost && step == output.length - 1) {
        break;
      }
      if (last < 0) {
        world.stepFinished(step, 0, -1, 0);
      } else {
        world.stepFinished(step, first, last, output[step].length);
      }
    }
    world.taskFinished(lost ? TaskOutcome.lost : TaskOutcome.success);
    world.passes(Duration.ofSeconds(random.nextInt(200)));
    if (random.nextBoolean()) {
      world.archive.archiveAll();
      world.trim();
    }
  }

  /** It goes on meanwhile; and what is archived is deleted from Kafka, at any moment. */
  private static void archive(LogWorld world, Random random) {
    if (random.nextInt(10) == 0) {
      world.archive.archiveUntilItDies(random.nextInt(4));
    }
    if (random.nextInt(20) == 0) {
      world.trim();
    }
  }

  /** What others write into the same partition. */
  private static void noise(LogWorld world, Random random) {
    byte[] bytes = new byte[random.nextInt(100)];
    var other = new AttemptRef(RunId.parse("project/p2/1"), "build", 1);
    int step = random.nextInt(3);
    int position = random.nextInt(1_000);
    switch (random.nextInt(8)) {
      case 0 ->
          world.append(new LogChunk(LogWorld.ATTEMPT, "before", step, position, false, bytes));
      case 1 -> world.append(new LogChunk(other, "now", step, position, true, bytes));
      case 2 -> world.append("not a chunk".getBytes(UTF_8));
      default -> {}
    }
  }

  private static byte[] joined(byte[][] parts) {
    var all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
