package dev.millrace.runservice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.Actor;
import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.run.RunCommand.CancelRun;
import dev.millrace.events.run.RunCommand.CreateRuns;
import dev.millrace.events.run.RunSpec;
import dev.millrace.events.run.TaskSpec;
import dev.millrace.events.run.TaskSpec.Step;
import dev.millrace.runservice.TestReplica.Answered;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Runs that people have deleted, and those that were kept for long enough. */
final class DeletedRunsTest {
  private static final Actor ANNA = new Actor(Actor.Kind.user, "anna");
  private static final String ROOT = "project/p1";
  private final Surroundings surroundings = new Surroundings();
  private TestReplica replica = new TestReplica(surroundings);

  @AfterEach
  void close() {
    replica.close();
  }

  private void restart() {
    replica.leave();
    replica = new TestReplica(surroundings);
  }

  private String ended() throws Exception {
    String run = waiting();
    replica.accepted(ANNA, new CancelRun(RunId.parse(run)));
    return run;
  }

  private String waiting() throws Exception {
    var step = new Step.Run("s", "true", Map.of(), null, null);
    var task =
        new TaskSpec("build", List.of(), Map.of(), null, null, false, false, false, List.of(step));
    var spec =
        new RunSpec(
            "ci",
            "/" + ROOT + "/branch/main",
            Map.of(),
            List.of(),
            Map.of(),
            Map.of(),
            List.of(task));
    return replica.accepted(ANNA, new CreateRuns(RootGroup.parse(ROOT), null, List.of(spec), ""));
  }

  private Answered delete(String path) {
    return replica.ask("DELETE", "/runs/" + path, "");
  }

  private List<String> listed() {
    List<String> ids = new ArrayList<>();
    String before = "";
    do {
      JsonNode page = replica.get("/runs?limit=2" + before).body();
      page.path("runs").forEach(run -> ids.add(run.path("id").asString()));
      before = page.has("next") ? "&before=" + page.path("next").asString() : "";
    } while (!before.isEmpty());
    JsonNode counts = replica.get("/runs?limit=1&count=true").body().path("counts");
    assertThat(counts.path("total").asInt()).as("counted").isEqualTo(ids.size());
    return ids.reversed();
  }

  /** Until nothing waits for the archive any more. */
  private void archiveAll() throws Exception {
    try (var _ = surroundings.archiving()) {
      await(() -> replica.feed.ended().isEmpty() && replica.feed.deleted().isEmpty());
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(10);
    }
  }

  @Test
  void whatIsDeletedIsGoneAtOnceAndStaysGone() throws Exception {
    String archived = ended();
    String kept = ended();
    archiveAll();
    String late = ended();
    String active = waiting();
    assertThat(listed()).containsExactly(archived, kept, late, active);

    assertThat(delete(archived).status()).isEqualTo(204);
    assertThat(delete(late).status()).isEqualTo(204);

    assertGone(archived, late);
    assertThat(listed()).containsExactly(kept, active);
    restart();
    assertThat(listed()).as("nothing of it is archived").containsExactly(kept, active);
    assertGone(archived, late);
    archiveAll();
    assertThat(listed()).containsExactly(kept, active);
    assertGone(archived, late);
    restart();
    assertThat(listed()).containsExactly(kept, active);
    replica.leave();
    remove(surroundings.index());
    replica = new TestReplica(surroundings);
    assertThat(listed()).as("with another index").containsExactly(kept, active);
    assertThat(replica.get("/runs/" + kept).status()).isEqualTo(200);
    assertThat(ended()).as("a number is given once").isEqualTo(ROOT + "/5");
  }

  private void assertGone(String... runs) {
    for (String run : runs) {
      Answered answer = replica.get("/runs/" + run);
      assertThat(answer.status()).as(run).isEqualTo(410);
      assertThat(answer.message()).startsWith("run " + run + " was deleted");
      assertThat(delete(run).status()).isEqualTo(410);
      assertThat(replica.get("/runs/" + run + "/tasks/build/logs").status()).isEqualTo(410);
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void onlyWhatIsThereAndHasEndedCanBeDeleted() throws Exception {
    String active = waiting();

    assertThat(delete(active).message()).isEqualTo("run project/p1/1 is queued and has not ended");
    assertThat(delete(active).status()).isEqualTo(409);
    assertThat(delete(active + "/logs").status()).isEqualTo(409);
    assertThat(delete(ROOT + "/9").status()).isEqualTo(404);
    assertThat(delete(active + "/tasks/none/logs").message())
        .isEqualTo("run project/p1/1 has no task \"none\"");
    assertThat(listed()).containsExactly(active);
  }

  @Test
  void logsThatAreDeletedAreGoneAndTheRunStays() throws Exception {
    String run = ended();
    String other = ended();

    assertThat(delete(run + "/tasks/build/logs").status()).isEqualTo(204);
    assertThat(delete(other + "/logs").status()).isEqualTo(204);

    assertLogsGone(run, other);
    restart();
    assertLogsGone(run, other);
    archiveAll();
    await(() -> replica.feed.recent(RunId.parse(run)) == null);
    assertLogsGone(run, other);
    restart();
    assertLogsGone(run, other);
    assertThat(listed()).containsExactly(run, other);
  }

  private void assertLogsGone(String... runs) {
    for (String each : runs) {
      Answered gone = replica.get("/runs/" + each + "/tasks/build/logs");
      assertThat(gone.status()).isEqualTo(410);
      assertThat(gone.message())
          .isEqualTo("the logs of task \"build\" of run %s were deleted".formatted(each));
      assertThat(replica.get("/runs/" + each).status()).isEqualTo(200);
    }
  }
}
