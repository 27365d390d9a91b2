package dev.millrace.runservice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.Starts;
import dev.millrace.events.Outcome;
import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.run.RunCommand.CancelRun;
import dev.millrace.events.run.RunCommand.CreateRuns;
import dev.millrace.events.run.RunSpec;
import dev.millrace.events.run.RunSpec.SetupError;
import dev.millrace.events.run.Runs;
import dev.millrace.runservice.TestReplica.Answered;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runs that have left memory: nobody who asks can tell. */
final class StoredRunsTest {
  private final SomeRuns runs = new SomeRuns();

  @BeforeEach
  void someRuns() throws Exception {
    runs.make();
  }

  @AfterEach
  void close() {
    runs.close();
  }

  @Test
  void whatWasToldOfARunIsToldWhenItIsArchived() throws Exception {
    List<String> before = runs.everything();
    runs.archiveAll();

    assertThat(runs.everything()).isEqualTo(before);
    assertThat(runs.replica().get("/runs/project/p1/1000").message())
        .isEqualTo("there is no run project/p1/1000");
    assertThat(runs.replica().get("/runs/project/none/1").status()).isEqualTo(404);
  }

  @Test
  void runsThatEndLaterAreListedAmongThoseThatAreArchived() throws Exception {
    runs.archiveAll();
    for (int i = 0; i < 60; i += 3) {
      runs.end(i);
    }
    runs.create(61);
    List<String> before = runs.everything();
    runs.archiveAll();

    assertThat(runs.everything()).isEqualTo(before);
    assertThat(runs.pages("limit=4")).containsExactlyInAnyOrderElementsOf(runs.all);
  }

  @Test
  void nothingNewIsTakenWhileTooManyThatHaveEndedWaitToBeArchived() throws Exception {
    runs.surroundings.memory = 40_000; // some twenty of these
    runs.restart();
    var another =
        new RunSpec(
            "ci", "/project/p1/branch/b", Map.of(), List.of(), Map.of(), Map.of(), List.of());
    var create = new CreateRuns(RootGroup.parse("project/p1"), null, List.of(another), "");

    assertThat(runs.replica().decided(SomeRuns.ANNA, create))
        .isInstanceOfSatisfying(
            Outcome.Rejected.class,
            refused -> {
              assertThat(refused.code()).isEqualTo(Outcome.Code.NO_SPACE);
              assertThat(refused.message())
                  .matches("\\d\\d runs that have ended wait to be archived; .*");
            });
    runs.endAnother(); // what was accepted goes on

    runs.archiveAll();
    assertThat(runs.replica().decided(SomeRuns.ANNA, create)).isInstanceOf(Outcome.Accepted.class);
  }

  @Test
  void aReplicaThatStartsAgainHasOnlyInMemoryWhatIsNotArchived() throws Exception {
    runs.archiveAll();
    String late = runs.endAnother();
    List<String> before = runs.everything();
    runs.restart();

    assertThat(runs.replica().feed.ended())
        .extracting(run -> run.id().toString())
        .containsExactly(late);
    assertThat(runs.everything()).isEqualTo(before);
  }

  @Test
  void aReplicaThatStartsFromACheckpointTellsTheSame() throws Exception {
    runs.surroundings.checkpointEvery = Duration.ZERO;
    runs.archiveAll();
    runs.checkpoint();
    runs.endAnother();
    runs.create(62);
    List<String> before = runs.everything();
    runs.restart();

    assertThat(runs.replica().read()).as("records read").isLessThan(30);
    assertThat(runs.everything()).isEqualTo(before);
    assertThat(
            runs.replica().accepted(SomeRuns.ANNA, new CancelRun(RunId.parse(runs.all.getLast()))))
        .isNotNull();
    runs.create(63);
    before = runs.everything();
    runs.archiveAll();
    runs.restart();
    assertThat(runs.everything()).isEqualTo(before);
    assertThat(runs.pages("limit=100")).containsExactlyInAnyOrderElementsOf(runs.all);
  }

  @Test
  void whatAtLeastTwoCheckpointsCoverIsDeletedFromTheLedger() throws Exception {
    runs.surroundings.checkpointEvery = Duration.ofMillis(1);
    runs.archiveAll();
    for (int i = 0; i < 3; i++) {
      runs.create(100 + i);
      runs.endAnother();
      runs.checkpoint();
    }
    runs.create(110);
    try (var _ = runs.surroundings.archiving()) {
      SomeRuns.await("records are deleted", () -> start() > 0);
    }
    assertThat(start()).isLessThan(newest());
    List<String> before = runs.everything();
    runs.restart();
    assertThat(runs.everything()).isEqualTo(before);
    runs.archiveAll();
    assertThat(runs.everything()).isEqualTo(before);

    Answered gone = runs.replica().get("/events?after=");
    assertThat(gone.status()).isEqualTo(410);
    assertThat(gone.code()).isEqualTo("gone");
    assertThat(gone.message())
        .startsWith("events up to ")
        .endsWith(" are not kept any more: ask for those after that");
  }

  /** How many records of the ledger were deleted. */
  private long start() {
    return IntStream.range(0, Surroundings.PARTITIONS)
        .mapToObj(p -> new TopicPartition(Ledgers.RUNS.events().name(), p))
        .mapToLong(ledger -> runs.replica().bus.extent(ledger).toCompletableFuture().join().start())
        .sum();
  }

  /** The last records of the newest checkpoint, together. */
  private long newest() {
    Starts<Runs> starts = runs.surroundings.checkpoints().newest(Ledgers.RUNS);
    return IntStream.range(0, Surroundings.PARTITIONS)
        .mapToLong(p -> starts.start(p).offset())
        .sum();
  }

  @Test
  void whoHasHeardWhatTheLedgerDoesNotHaveIsToldSo() throws Exception {
    runs.create(1);

    assertThat(runs.replica().get("/events?after=0:1000000").status()).isEqualTo(410);
  }

  @Test
  void nobodyCanDoAnythingToARunThatHasEnded() throws Exception {
    String ended = runs.all.get(0);
    for (boolean archived : new boolean[] {false, true}) {
      if (archived) {
        runs.archiveAll();
      }
      for (String action : List.of("cancel", "stop", "tasks/t/approve")) {
        Answered refused = runs.replica().ask("POST", "/runs/" + ended + "/" + action, "");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.code()).isEqualTo("wrong-state");
        assertThat(refused.message()).isEqualTo("run " + ended + " has ended");
      }
    }
  }

  @Test
  void thereIsNoObjectPerRun() throws Exception {
    runs.archiveAll();
    int before = runs.objects("").size();
    var many =
        new CreateRuns(
            RootGroup.parse("project/p1"),
            null,
            Stream.generate(
                    () ->
                        new RunSpec(
                            "ci",
                            "/project/p1/branch/x",
                            Map.of(),
                            List.of(new SetupError("", "wrong")),
                            Map.of(),
                            Map.of(),
                            List.of()))
                .limit(50)
                .toList(),
            "");
    runs.replica().accepted(SomeRuns.ANNA, many);
    runs.archiveAll();

    assertThat(runs.objects("").size() - before).isBetween(1, 4);
  }

  @Test
  void everyRunIsCountedOnceWhileRunsLeaveMemory() throws Exception {
    var asked = new AtomicInteger(runs.all.size());
    var made = new AtomicInteger(runs.all.size());
    try (var _ = runs.surroundings.archiving()) {
      var making =
          CompletableFuture.runAsync(
              () -> {
                try {
                  for (int i = 0; i < 150; i++) {
                    asked.incrementAndGet();
                    runs.create(i);
                    made.incrementAndGet();
                    runs.endAny();
                  }
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              });
      int counted = 0;
      while (!making.isDone()) {
        int least = made.get();
        int total = runs.counts("limit=1").path("total").asInt();
        assertThat(total).isBetween(least, asked.get());
        counted++;
      }
      making.join();
      System.out.printf("counted %d times%n", counted);
    }
    assertThat(runs.counts("").path("total").asInt()).isEqualTo(runs.all.size());
  }
}
