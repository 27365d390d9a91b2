package dev.millrace.runservice.logs;

import static dev.millrace.runservice.logs.LogWorld.bytes;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Logs as far as they are there, in Kafka or in the archive, or are not. */
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

    assertThat(world.read(world.step(0, 0, false))).isEqualTo("one two");
    assertThat(world.read(world.step(0, 2, false))).isEqualTo("e two");
    assertThat(world.read(world.step(0, 7, true))).isEmpty();
  }

  @Test
  void anotherIncarnationsChunksAreNotShown() throws Exception {
    world.append(new LogChunk(LogWorld.ATTEMPT, "before", 0, 0, false, bytes("stale")));
    world.claimed();
    world.stepStarted(0);
    long first = world.chunk(0, 0, bytes("mine"));
    world.append(new LogChunk(LogWorld.ATTEMPT, "before", 0, 0, false, bytes("stale")));
    world.stepFinished(0, first, first + 1, 4);

    assertThat(world.read(world.step(0, 0, false))).isEqualTo("mine");
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
        .isThrownBy(() -> world.read(world.step(0, 0, true)))
        .satisfies(e -> assertThat(e.problem().status()).isEqualTo(410));
  }

  @Test
  void aRunningStepIsReadUpToNowUnlessFollowed() throws Exception {
    world.claimed();
    world.stepStarted(0);
    world.chunk(0, 0, bytes("so far"));

    assertThat(world.read(world.step(0, 0, false))).isEqualTo("so far");
    assertThat(world.read(world.all(3, false))).isEqualTo("far");
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
    assertThat(world.read(world.all(4, false))).isEqualTo("wo");
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

    assertThat(world.read(world.all(0, true))).isEqualTo("last words");
    world.passes(Duration.ofHours(1));
    world.restart();
    assertThat(world.read(world.step(0, 5, false))).isEqualTo("words");
  }

  @Test
  void aReplicaThatStartsLaterFindsWhatIsGoingOn() throws Exception {
    world.passes(Duration.ofHours(1));
    world.claimed();
    world.stepStarted(0);
    world.chunk(0, 0, bytes("one "));
    world.restart();
    world.chunk(0, 4, bytes("two"));

    assertThat(world.read(world.step(0, 0, false))).isEqualTo("one two");
    assertThat(world.read(world.step(0, 5, false))).isEqualTo("wo");
  }

  @Test
  void whatIsArchivedIsReadAfterItWasDeletedFromKafka() throws Exception {
    world.writeOneTwo();
    world.archive.archiveAll();
    world.trim();

    assertThat(world.read(world.step(0, 0, false))).isEqualTo("one two");
    assertThat(world.read(world.step(0, 5, true))).isEqualTo("wo");
    world.restart();
    assertThat(world.read(world.all(2, false))).isEqualTo("e two");
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

    assertThat(world.read(world.all(0, true))).isEqualTo("last words");
    world.trim();
    world.restart();
    assertThat(world.read(world.step(0, 5, false))).isEqualTo("words");
  }

  @Test
  void whileTheStoreIsAwayLogsAreReadFromKafkaAsLongAsTheyAreThere() throws Exception {
    world.writeOneTwo();
    world.stepStarted(1);
    world.chunk(1, 0, bytes(" three"));
    world.archive.archiveAll();
    world.restart();
    world.archive.objects.away = true;

    assertThat(world.read(world.step(0, 0, false))).isEqualTo("one two");
    assertThat(world.read(world.all(2, false))).isEqualTo("e two three");
    world.taskFinished(TaskOutcome.lost);
    assertThat(world.read(world.all(2, false))).isEqualTo("e two three");

    world.trim();
    assertThat(world.refused(world.step(0, 0, false)).status()).isEqualTo(503);
    assertThat(world.refused(world.step(1, 0, false)).status()).isEqualTo(503);
    world.archive.objects.away = false;
    assertThat(world.read(world.all(0, false))).isEqualTo("one two three");
  }

  @Test
  void aLogThatIsLostIsReadFromKafkaOrSaidToBeLost() throws Exception {
    world.writeOneTwo();
    world.archive.archiveAll();
    world.archive.lose();
    world.restart();

    assertThat(world.read(world.step(0, 0, false))).isEqualTo("one two");

    world.trim();
    Problem gone = world.refused(world.step(0, 0, false));
    assertThat(gone.status()).isEqualTo(410);
    assertThat(gone.message())
        .startsWith("the log of step 0 of project/p1/1/build/1 cannot be read from byte 0 on")
        .contains("is missing, with 1 entries");
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

  private String problem(LogQuery query) {
    try {
      world.logs().open(query);
      return "";
    } catch (ProblemException e) {
      assertThat(e.problem().status()).isEqualTo(404);
      return e.problem().message();
    }
  }

  @Test
  void nothingIsShownBeforeTheClaim() throws Exception {
    world.chunk(0, 0, bytes("too early"));
    assertThat(world.read(world.all(0, false))).isEmpty();
  }
}
