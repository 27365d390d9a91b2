package dev.millrace.runservice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.Starts;
import dev.millrace.events.Actor;
import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.run.RunCommand.CancelRun;
import dev.millrace.events.run.RunCommand.CreateRuns;
import dev.millrace.events.run.RunSpec;
import dev.millrace.events.run.RunSpec.SetupError;
import dev.millrace.events.run.Runs;
import dev.millrace.runservice.TestReplica.Answered;
import dev.millrace.storage.objects.ObjectInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Runs of which some have ended, and a replica that is asked for them. */
final class SomeRuns implements AutoCloseable {
  static final Actor ANNA = new Actor(Actor.Kind.user, "anna");
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
  final Surroundings surroundings = new Surroundings();

  /** The ids of all that were created. */
  final List<String> all = new ArrayList<>();

  private final Random random = new Random(7);
  private TestReplica replica = new TestReplica(surroundings);

  /** Makes sixty runs, of which more than half end. */
  void make() throws Exception {
    for (int i = 0; i < 60; i++) {
      create(i);
      if (i % 7 == 3) {
        endAny();
      }
    }
    for (int i = 0; i < 60; i += 2) {
      end(i);
    }
  }

  void create(int i) throws Exception {
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
  void end(int run) throws Exception {
    var id = RunId.parse(all.get(run));
    if (!replica.feed.hasEnded(id)) {
      replica.accepted(ANNA, new CancelRun(id));
    }
  }

  /** Whichever, if it has not ended before. */
  void endAny() throws Exception {
    end(random.nextInt(all.size()));
  }

  /** The first that has not ended before. */
  String endAnother() throws Exception {
    String id =
        all.stream()
            .filter(run -> !replica.feed.hasEnded(RunId.parse(run)))
            .findFirst()
            .orElseThrow();
    end(all.indexOf(id));
    return id;
  }

  TestReplica replica() {
    return replica;
  }

  /** There is no replica until the next one is started. */
  void leave() {
    replica.leave();
  }

  /** Another replica goes on with what is there. */
  void start() {
    replica = new TestReplica(surroundings);
  }

  void restart() {
    leave();
    start();
  }

  void archiveAll() throws Exception {
    replica.archiveAll();
  }

  /** Has one made of all that has been decided. */
  void checkpoint() throws Exception {
    try (var _ = surroundings.archiving()) {
      await("a checkpoint is made", this::isAllInACheckpoint);
    }
  }

  private boolean isAllInACheckpoint() {
    Starts<Runs> starts = surroundings.checkpoints().newest(Ledgers.RUNS);
    return IntStream.range(0, Surroundings.PARTITIONS)
        .allMatch(p -> starts.start(p).offset() + 1 >= replica.feed.next(p));
  }

  static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      Thread.sleep(10);
    }
  }

  List<ObjectInfo> objects(String folder) {
    try (Stream<ObjectInfo> listed = surroundings.objects.list(folder, "")) {
      return listed.toList();
    }
  }

  /** Every answer to a question about runs. */
  List<String> everything() {
    List<String> answers = new ArrayList<>();
    for (String id : all) {
      answers.add(replica.get("/runs/" + id).what());
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

  /** How many runs there are for the query, by phase and by result. */
  JsonNode counts(String query) {
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

  /** The ids of the runs on all pages of the list. */
  List<String> pages(String query) {
    List<String> ids = new ArrayList<>();
    pages(query, run -> ids.add(run.path("id").asString()));
    return ids;
  }

  private void pages(String query, Consumer<JsonNode> each) {
    String next = "";
    do {
      Answered answer = replica.get("/runs?" + query + next);
      assertThat(answer.status()).isEqualTo(200);
      answer.body().path("runs").forEach(each);
      JsonNode more = answer.body().path("next");
      next = more.isString() ? "&before=" + more.asString() : "";
    } while (!next.isEmpty());
  }

  @Override
  public void close() {
    replica.close();
  }
}
