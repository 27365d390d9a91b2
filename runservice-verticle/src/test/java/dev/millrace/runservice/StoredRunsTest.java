package dev.millrace.runservice;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.Starts;
import dev.millrace.events.Actor;
import dev.millrace.events.Outcome;
import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.run.RunCommand.CancelRun;
import dev.millrace.events.run.RunCommand.CreateRuns;
import dev.millrace.events.run.RunSpec;
import dev.millrace.events.run.RunSpec.SetupError;
import dev.millrace.events.run.Runs;
import dev.millrace.runservice.TestReplica.Answered;
import dev.millrace.storage.objects.Durability;
import dev.millrace.storage.objects.ObjectInfo;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Runs that have left memory: nobody who asks can tell. */
final class StoredRunsTest {
  private static final Actor ANNA = new Actor(Actor.Kind.user, "anna");
  private static final List<String> QUERIES =
      List.of(
          "limit=100",
          "limit=7",
          "limit=1&root=project/p1",
          "phase=cancelled,setuperror&limit=5",
          "phase=queued&limit=5",
          "result=unknown&root=project/p0,project/p2&limit=6",
          "group=/project/p1/branch/main&limit=3",
          "group=/project&limit=9",
          "group=/project/p3&root=project/p1",
          "group=/&root=project/p1",
          "group=/project/p1/branch/main,/project/p2&limit=4",
          "group=/project/p1/branch/main,/project/p3/branch/main2&root=project/p1,project/p3",
          "group=/project/p1,/&limit=30",
          "group=/project/p0,/project/p2&phase=cancelled&result=unknown&text=ad&limit=3"
              + "&since=2020-01-01T00:00:00Z&until=2999-01-01T00:00:00Z",
          "name=Deploy%20it&limit=2",
          "branch=main2&author=Ada%201",
          "trigger=push&limit=8",
          "trigger=direct",
          "text=depl%20ad&limit=3");
  private final Surroundings surroundings = new Surroundings();
  private final Random random = new Random(7);
  private final List<String> all = new ArrayList<>();
  private TestReplica replica = new TestReplica(surroundings);

  @BeforeEach
  void someRuns() throws Exception {
    for (int i = 0; i < 60; i++) {
      create(i);
      if (i % 7 == 3) {
        end(random.nextInt(all.size()));
      }
    }
    for (int i = 0; i < 60; i += 2) {
      end(i);
    }
  }

  private void create(int i) throws Exception {
    String root = "project/p" + random.nextInt(4);
    String branch = i % 2 == 0 ? "main" : "main2";
    var spec =
        new RunSpec(
            i % 5 == 0 ? "Deploy it" : "ci",
            "/" + root + "/branch/" + branch,
            Map.of("branch", branch, "author", "Ada " + i % 3, "trigger", "push", "message", "m"),
            i % 11 == 0 ? List.of(new SetupError("config.yml:1:1", "wrong")) : List.of(),
            Map.of("CI", "true"),
            Map.of(),
            List.of());
    all.add(replica.accepted(ANNA, new CreateRuns(RootGroup.parse(root), null, List.of(spec), "")));
  }

  /** If it has not ended before. */
  private void end(int run) throws Exception {
    var id = RunId.parse(all.get(run));
    if (!replica.feed.hasEnded(id)) {
      replica.accepted(ANNA, new CancelRun(id));
    }
  }

  private String endAnother() throws Exception {
    String id =
        all.stream()
            .filter(run -> !replica.feed.hasEnded(RunId.parse(run)))
            .findFirst()
            .orElseThrow();
    end(all.indexOf(id));
    return id;
  }

  @AfterEach
  void close() {
    replica.close();
  }

  private void restart() {
    replica.leave();
    replica = new TestReplica(surroundings);
  }

  @Test
  void whatWasToldOfARunIsToldWhenItIsArchived() throws Exception {
    List<String> before = everything();
    replica.archiveAll();

    assertThat(everything()).isEqualTo(before);
    assertThat(replica.get("/runs/project/p1/1000").message())
        .isEqualTo("there is no run project/p1/1000");
    assertThat(replica.get("/runs/project/none/1").status()).isEqualTo(404);
  }

  @Test
  void runsThatEndLaterAreListedAmongThoseThatAreArchived() throws Exception {
    replica.archiveAll();
    for (int i = 0; i < 60; i += 3) {
      end(i);
    }
    create(61);
    List<String> before = everything();
    replica.archiveAll();

    assertThat(everything()).isEqualTo(before);
    assertThat(pages("limit=4")).containsExactlyInAnyOrderElementsOf(all);
  }

  @Test
  void nothingNewIsTakenWhileTooManyThatHaveEndedWaitToBeArchived() throws Exception {
    surroundings.memory = 40_000; // some twenty of these
    restart();
    var another =
        new RunSpec(
            "ci", "/project/p1/branch/b", Map.of(), List.of(), Map.of(), Map.of(), List.of());
    var create = new CreateRuns(RootGroup.parse("project/p1"), null, List.of(another), "");

    assertThat(replica.decided(ANNA, create))
        .isInstanceOfSatisfying(
            Outcome.Rejected.class,
            refused -> {
              assertThat(refused.code()).isEqualTo(Outcome.Code.NO_SPACE);
              assertThat(refused.message())
                  .matches("\\d\\d runs that have ended wait to be archived; .*");
            });
    endAnother(); // what was accepted goes on

    replica.archiveAll();
    assertThat(replica.decided(ANNA, create)).isInstanceOf(Outcome.Accepted.class);
  }

  @Test
  void aReplicaThatStartsAgainHasOnlyInMemoryWhatIsNotArchived() throws Exception {
    replica.archiveAll();
    String late = endAnother();
    List<String> before = everything();
    restart();

    assertThat(replica.feed.ended()).extracting(run -> run.id().toString()).containsExactly(late);
    assertThat(everything()).isEqualTo(before);
  }

  @Test
  void anIndexThatIsGoneIsFilledFromTheArchive() throws Exception {
    replica.archiveAll();
    List<String> before = everything();
    replica.leave();
    files().forEach(StoredRunsTest::delete);
    replica = new TestReplica(surroundings);

    assertThat(everything()).isEqualTo(before);
  }

  @Test
  void anIndexThatIsGoneIsRestoredFromItsDumpsAndWhatCameAfterIsHeardFromTheLedger()
      throws Exception {
    archiveAndDump();
    endAnother();
    endAnother();
    replica.archiveAll(); // these are not in the dump
    endAnother(); // and this one is not archived
    create(60);
    List<String> before = pages("limit=7");
    replica.leave();
    files().forEach(StoredRunsTest::delete);
    // Whoever lists them without this has not read it.
    objects("archive/runs/").forEach(object -> surroundings.objects.delete(object.path()));
    replica = new TestReplica(surroundings);

    assertThat(pages("limit=7")).isEqualTo(before);
    assertThat(before).containsExactlyInAnyOrderElementsOf(all);
  }

  @Test
  void aDumpThatIsDamagedGivesWayToTheOneBeforeAndIfThereIsNoneToTheArchive() throws Exception {
    archiveAndDump();
    endAnother();
    archiveAndDump();
    endAnother();
    List<String> before = everything();
    for (ObjectInfo dump : objects("dumps/").reversed()) {
      replica.leave();
      files().forEach(StoredRunsTest::delete);
      surroundings.objects.write(
          dump.path(), new ByteArrayInputStream(new byte[500]), 500, Durability.BUFFERED);
      replica = new TestReplica(surroundings);
      assertThat(everything()).isEqualTo(before);
    }
    assertThat(objects("dumps/")).hasSizeGreaterThan(1);
  }

  @Test
  void aDumpThatIsOlderThanAllCheckpointsGivesWayToTheArchive() throws Exception {
    archiveAndDump();
    List<ObjectInfo> dumps = objects("manifests/index/");
    surroundings.checkpointEvery = Duration.ZERO;
    for (int i = 0; i < 4; i++) {
      endAnother();
      create(70 + i);
      replica.archiveAll();
      checkpoint();
    }
    List<String> before = everything();
    replica.leave();
    files().forEach(StoredRunsTest::delete);
    objects("manifests/index/").stream()
        .filter(later -> !dumps.contains(later))
        .forEach(later -> surroundings.objects.delete(later.path()));
    pointTo("manifests/index", dumps.size());
    assertThat(objects("manifests/index/")).isEqualTo(dumps).isNotEmpty();
    replica = new TestReplica(surroundings);

    assertThat(everything()).isEqualTo(before);
  }

  private void pointTo(String manifest, int generation) {
    var now = surroundings.store.get(manifest).orElseThrow();
    surroundings.store.compareAndSet(
        manifest, now.version(), Integer.toString(generation).getBytes(UTF_8));
  }

  /** Returns when all that has ended is in the dumps. */
  private void archiveAndDump() throws Exception {
    replica.archiveAll();
    surroundings.dumpEvery = Duration.ZERO;
    try (var _ = surroundings.archiving()) {
      await("the index is dumped", this::isAllDumped);
    }
    surroundings.dumpEvery = Duration.ofDays(1);
  }

  private boolean isAllDumped() {
    var archive = surroundings.archive();
    var dumps = surroundings.dumps();
    return IntStream.range(0, Surroundings.PARTITIONS)
        .allMatch(p -> dumps.position(p) == archive.position(p));
  }

  @Test
  void anIndexThatIsDamagedIsFilledFromTheArchive() throws Exception {
    replica.archiveAll();
    List<String> before = everything();
    replica.leave();
    for (Path file : files()) {
      if (file.getFileName().toString().startsWith("segments")) {
        Files.write(file, new byte[] {1, 2, 3});
      }
    }
    replica = new TestReplica(surroundings);

    assertThat(everything()).isEqualTo(before);
  }

  @Test
  void anIndexThatIsRemovedWhileItIsUsedIsFilledAgain() throws Exception {
    replica.archiveAll();
    List<String> before = everything();
    files().forEach(StoredRunsTest::delete);
    assertThat(everything()).isEqualTo(before);
    endAnother();
    endAnother();
    before = everything();
    replica.archiveAll();

    assertThat(everything()).isEqualTo(before);
    restart();
    assertThat(everything()).isEqualTo(before);
  }

  @Test
  void anIndexIsFilledAlsoFromAnArchiveOfWhichAFileIsMissing() throws Exception {
    replica.archiveAll();
    for (ObjectInfo object : objects("archive/runs/")) {
      surroundings.objects.delete(object.path());
    }
    anIndexThatIsFilledHasOnlyWhatEndsLater();
  }

  private void anIndexThatIsFilledHasOnlyWhatEndsLater() throws Exception {
    List<String> rest = new ArrayList<>();
    rest.add(endAnother());
    rest.add(endAnother());
    replica.archiveAll();
    all.stream().filter(id -> !replica.feed.hasEnded(RunId.parse(id))).forEach(rest::add);
    replica.leave();
    files().forEach(StoredRunsTest::delete);
    replica = new TestReplica(surroundings);

    assertThat(pages("limit=50")).containsExactlyInAnyOrderElementsOf(rest);
  }

  @Test
  void anIndexIsFilledAlsoFromAnArchiveOfWhichAFileIsDamaged() throws Exception {
    replica.archiveAll();
    for (ObjectInfo object : objects("archive/runs/")) {
      byte[] cut = new byte[(int) object.size()];
      surroundings.objects.write(
          object.path(), new ByteArrayInputStream(cut), cut.length, Durability.PERSISTED);
    }
    anIndexThatIsFilledHasOnlyWhatEndsLater();
  }

  @Test
  void anIndexOfBeforeTheLastArchivingIsBroughtUpToDate() throws Exception {
    replica.archiveAll();
    replica.leave();
    Path old = surroundings.folder.resolve("old");
    copy(surroundings.index(), old);
    replica = new TestReplica(surroundings);
    endAnother();
    endAnother();
    replica.archiveAll();
    List<String> before = everything();
    replica.leave();
    files().forEach(StoredRunsTest::delete);
    copy(old, surroundings.index());
    replica = new TestReplica(surroundings);

    assertThat(everything()).isEqualTo(before);
  }

  @Test
  void aReplicaThatStartsFromACheckpointTellsTheSame() throws Exception {
    surroundings.checkpointEvery = Duration.ZERO;
    replica.archiveAll();
    checkpoint();
    endAnother();
    create(62);
    List<String> before = everything();
    restart();

    assertThat(replica.read()).as("records read").isLessThan(30);
    assertThat(everything()).isEqualTo(before);
    assertThat(replica.accepted(ANNA, new CancelRun(RunId.parse(all.getLast())))).isNotNull();
    create(63);
    before = everything();
    replica.archiveAll();
    restart();
    assertThat(everything()).isEqualTo(before);
    assertThat(pages("limit=100")).containsExactlyInAnyOrderElementsOf(all);
  }

  @Test
  void whatAtLeastTwoCheckpointsCoverIsDeletedFromTheLedger() throws Exception {
    surroundings.checkpointEvery = Duration.ofMillis(1);
    replica.archiveAll();
    for (int i = 0; i < 3; i++) {
      create(100 + i);
      endAnother();
      checkpoint();
    }
    create(110);
    try (var _ = surroundings.archiving()) {
      await("records are deleted", () -> start() > 0);
    }
    assertThat(start()).isLessThan(newest());
    List<String> before = everything();
    restart();
    assertThat(everything()).isEqualTo(before);
    replica.archiveAll();
    assertThat(everything()).isEqualTo(before);

    Answered gone = replica.get("/events?after=");
    assertThat(gone.status()).isEqualTo(410);
    assertThat(gone.code()).isEqualTo("gone");
    assertThat(gone.message())
        .startsWith("events up to ")
        .endsWith(" are not kept any more: ask for those after that");
  }

  @Test
  void whoHasHeardWhatTheLedgerDoesNotHaveIsToldSo() throws Exception {
    create(1);

    assertThat(replica.get("/events?after=0:1000000").status()).isEqualTo(410);
  }

  /** How many records of the ledger were deleted. */
  private long start() {
    return IntStream.range(0, Surroundings.PARTITIONS)
        .mapToObj(p -> new TopicPartition(Ledgers.RUNS.events().name(), p))
        .mapToLong(ledger -> replica.bus.extent(ledger).toCompletableFuture().join().start())
        .sum();
  }

  /** The last records of the newest checkpoint, together. */
  private long newest() {
    Starts<Runs> starts = surroundings.checkpoints().newest(Ledgers.RUNS);
    return IntStream.range(0, Surroundings.PARTITIONS)
        .mapToLong(p -> starts.start(p).offset())
        .sum();
  }

  @Test
  void anIndexThatIsOlderThanAllCheckpointsIsFilledAgain() throws Exception {
    surroundings.checkpointEvery = Duration.ZERO;
    replica.archiveAll();
    replica.leave();
    Path old = surroundings.folder.resolve("old");
    copy(surroundings.index(), old);
    replica = new TestReplica(surroundings);
    for (int i = 0; i < 4; i++) {
      endAnother();
      create(70 + i);
      replica.archiveAll();
      checkpoint();
    }
    List<String> before = everything();
    replica.leave();
    files().forEach(StoredRunsTest::delete);
    copy(old, surroundings.index());
    replica = new TestReplica(surroundings);

    assertThat(everything()).isEqualTo(before);
  }

  /** Has one made of all that has been decided. */
  private void checkpoint() throws Exception {
    try (var _ = surroundings.archiving()) {
      await("a checkpoint is made", this::isAllInACheckpoint);
    }
  }

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      Thread.sleep(10);
    }
  }

  private boolean isAllInACheckpoint() {
    Starts<Runs> starts = surroundings.checkpoints().newest(Ledgers.RUNS);
    return IntStream.range(0, Surroundings.PARTITIONS)
        .allMatch(p -> starts.start(p).offset() + 1 >= replica.feed.next(p));
  }

  @Test
  void anArchiveThatIsGoneIsMadeAgainFromTheLedger() throws Exception {
    replica.archiveAll();
    List<String> before = everything();
    replica.leave();
    String key = surroundings.archive().pointer();
    for (ObjectInfo object : objects("")) {
      surroundings.objects.delete(object.path());
    }
    surroundings
        .store
        .get(key)
        .ifPresent(value -> surroundings.store.compareAndDelete(key, value.version()));
    replica = new TestReplica(surroundings);

    assertThat(everything()).isEqualTo(before);
    replica.archiveAll();
    assertThat(everything()).isEqualTo(before);
  }

  @Test
  void ofAFileThatIsMissingOnlyItsRunsAreGone() throws Exception {
    replica.archiveAll();
    String early = all.get(0);
    for (ObjectInfo object : objects("archive/runs/")) {
      surroundings.objects.delete(object.path());
    }
    String late = endAnother();
    replica.archiveAll();
    restart();

    Answered gone = replica.get("/runs/" + early);
    assertThat(gone.status()).isEqualTo(410);
    assertThat(gone.code()).isEqualTo("gone");
    assertThat(gone.message()).startsWith("run " + early + " cannot be read: ");
    assertThat(replica.get("/runs/" + late).status()).isEqualTo(200);
    assertThat(pages("limit=50")).containsExactlyInAnyOrderElementsOf(all);
  }

  @Test
  void nobodyCanDoAnythingToARunThatHasEnded() throws Exception {
    String ended = all.get(0);
    for (boolean archived : new boolean[] {false, true}) {
      if (archived) {
        replica.archiveAll();
      }
      for (String action : List.of("cancel", "stop", "tasks/t/approve")) {
        Answered refused = replica.ask("POST", "/runs/" + ended + "/" + action, "");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.code()).isEqualTo("wrong-state");
        assertThat(refused.message()).isEqualTo("run " + ended + " has ended");
      }
    }
  }

  @Test
  void thereIsNoObjectPerRun() throws Exception {
    replica.archiveAll();
    int before = objects("").size();
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
    replica.accepted(ANNA, many);
    replica.archiveAll();

    assertThat(objects("").size() - before).isBetween(1, 4);
  }

  private List<ObjectInfo> objects(String folder) {
    try (Stream<ObjectInfo> listed = surroundings.objects.list(folder, "")) {
      return listed.toList();
    }
  }

  private List<Path> files() throws Exception {
    try (Stream<Path> files = Files.list(surroundings.index())) {
      return files.toList();
    }
  }

  private static void delete(Path file) {
    assertThat(file.toFile().delete()).isTrue();
  }

  private static void copy(Path from, Path to) throws Exception {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  /** Every answer to a question about runs. */
  private List<String> everything() {
    List<String> answers = new ArrayList<>();
    for (String id : all) {
      answers.add(replica.get("/runs/" + id).toString());
    }
    for (String query : QUERIES) {
      List<String> ids = new ArrayList<>();
      pages(query, run -> ids.add(run.toString()));
      JsonNode counts = counts(query);
      assertThat(counts.path("total").asInt()).as(query).isEqualTo(ids.size());
      answers.add(query + ": " + counts + ids);
    }
    return answers;
  }

  private JsonNode counts(String query) {
    Answered answer = replica.get("/runs?count=true&" + query);
    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    JsonNode counts = answer.body().path("counts");
    for (String by : List.of("by_phase", "by_result")) {
      int sum = 0;
      for (JsonNode count : counts.path(by)) {
        sum += count.asInt();
      }
      assertThat(sum).as("%s of %s", by, query).isEqualTo(counts.path("total").asInt());
    }
    return counts;
  }

  @Test
  void everyRunIsCountedOnceWhileRunsLeaveMemory() throws Exception {
    var asked = new AtomicInteger(all.size());
    var made = new AtomicInteger(all.size());
    try (var _ = surroundings.archiving()) {
      var making =
          CompletableFuture.runAsync(
              () -> {
                try {
                  for (int i = 0; i < 150; i++) {
                    asked.incrementAndGet();
                    create(i);
                    made.incrementAndGet();
                    end(random.nextInt(all.size()));
                  }
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              });
      int counted = 0;
      while (!making.isDone()) {
        int least = made.get();
        int total = counts("limit=1").path("total").asInt();
        assertThat(total).isBetween(least, asked.get());
        counted++;
      }
      making.join();
      System.out.printf("counted %d times%n", counted);
    }
    assertThat(counts("").path("total").asInt()).isEqualTo(all.size());
  }

  private List<String> pages(String query) {
    List<String> ids = new ArrayList<>();
    pages(query, run -> ids.add(run.path("id").asString()));
    return ids;
  }

  private void pages(String query, java.util.function.Consumer<JsonNode> each) {
    String next = "";
    do {
      Answered answer = replica.get("/runs?" + query + next);
      assertThat(answer.status()).isEqualTo(200);
      answer.body().path("runs").forEach(each);
      JsonNode more = answer.body().path("next");
      next = more.isString() ? "&before=" + more.asString() : "";
    } while (!next.isEmpty());
  }
}
