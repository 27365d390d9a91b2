package dev.millrace.runservice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.Actor;
import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.run.RunCommand.CancelRun;
import dev.millrace.events.run.RunCommand.CreateRuns;
import dev.millrace.events.run.RunSpec;
import dev.millrace.runservice.TestReplica.Answered;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class RunListTest {
  private static final Actor ANNA = new Actor(Actor.Kind.user, "anna");
  private final TestReplica replica = new TestReplica();
  private final List<String> newestFirst = new ArrayList<>();
  private final List<String> onMain = new ArrayList<>();

  @BeforeEach
  void someRuns() throws Exception {
    var random = new Random(1);
    for (int i = 0; i < 40; i++) {
      String root = "project/p" + random.nextInt(4);
      var spec =
          new RunSpec(
              i % 5 == 0 ? "Deploy it" : "ci",
              "/" + root + "/branch/" + (i % 2 == 0 ? "main" : "main2"),
              Map.of("branch", i % 2 == 0 ? "main" : "main2", "author", "Ada " + i % 3),
              List.of(),
              Map.of(),
              Map.of(),
              List.of());
      String id =
          replica.accepted(ANNA, new CreateRuns(RootGroup.parse(root), null, List.of(spec), ""));
      newestFirst.addFirst(id);
      if (i % 2 == 0) {
        onMain.addFirst(id);
      }
    }
  }

  @AfterEach
  void close() {
    replica.close();
  }

  @Test
  void pagesShowEveryRunOnceNewestFirst() {
    for (int limit : new int[] {1, 7, 40, 100}) {
      assertThat(pages("limit=" + limit)).hasSameElementsAs(newestFirst).hasSize(40);
    }
    assertThat(pages("limit=3&root=project/p2&branch=main"))
        .isEqualTo(onMain.stream().filter(id -> id.startsWith("project/p2/")).toList());
    assertThat(pages("limit=4&phase=queued,running")).hasSameElementsAs(newestFirst).hasSize(40);
  }

  @Test
  void timesNeverRiseFromOneRunToTheNext() {
    List<String> times = new ArrayList<>();
    for (JsonNode run : replica.get("/runs?limit=100").body().path("runs")) {
      times.add(run.path("created_at").asString());
    }
    assertThat(times).hasSize(40).isSortedAccordingTo(Collections.reverseOrder());
  }

  @Test
  void filtersLeaveOutWhatDoesNotFit() throws Exception {
    RunId some = RunId.parse(newestFirst.get(5));
    replica.accepted(ANNA, new CancelRun(some));

    assertThat(pages("phase=cancelled")).containsExactly(some.toString());
    assertThat(pages("phase=queued")).hasSize(39).doesNotContain(some.toString());
    assertThat(pages("group=/project/p1/branch/main"))
        .allMatch(id -> id.startsWith("project/p1/"))
        .hasSizeLessThan(pages("group=/project/p1").size());
    assertThat(pages("result=success")).isEmpty();
    assertThat(pages("root=project/none")).isEmpty();
  }

  @Test
  void runsAreFoundByNameBranchAuthorAndWords() {
    assertThat(pages("name=Deploy%20it")).hasSize(8);
    assertThat(pages("branch=main")).hasSize(20);
    assertThat(pages("branch=mai")).isEmpty();
    assertThat(pages("author=Ada%200")).hasSize(14);
    assertThat(pages("text=DEPL")).isEqualTo(pages("name=Deploy%20it"));
    assertThat(pages("text=ada-0,%20main2")).isEqualTo(pages("author=Ada%200&branch=main2"));
    assertThat(pages("text=eploy")).isEmpty();
    assertThat(pages("text=%20")).hasSize(40);
  }

  @Test
  void runsAreFoundByTheTimeOfTheirCreation() {
    JsonNode all = replica.get("/runs?limit=100").body().path("runs");
    String time = all.get(17).path("created_at").asString();
    List<String> since = new ArrayList<>();
    List<String> before = new ArrayList<>();
    for (JsonNode run : all) {
      boolean earlier = run.path("created_at").asString().compareTo(time) < 0;
      (earlier ? before : since).add(run.path("id").asString());
    }

    assertThat(pages("since=" + time + "&limit=7")).isEqualTo(since).isNotEmpty();
    assertThat(pages("until=" + time + "&limit=7")).isEqualTo(before);
    assertThat(pages("since=" + time + "&until=" + time)).isEmpty();
    Answered wrong = replica.get("/runs?since=yesterday");
    assertThat(wrong.status()).isEqualTo(400);
    assertThat(wrong.body().path("message").asString())
        .isEqualTo("since cannot be \"yesterday\": it is a time like 2026-01-31T12:00:00Z");
  }

  @Test
  void aRootWithoutRunsHasAnEmptyList() {
    assertThat(replica.get("/runs?root=project/none").status()).isEqualTo(200);
    assertThat(pages("root=project/none&before=" + newestFirst.getFirst())).isEmpty();
  }

  private List<String> pages(String query) {
    List<String> all = new ArrayList<>();
    String next = "";
    do {
      Answered answer = replica.get("/runs?" + query + next);
      assertThat(answer.status()).isEqualTo(200);
      JsonNode page = answer.body();
      page.path("runs").forEach(run -> all.add(run.path("id").asString()));
      next = page.has("next") ? "&before=" + page.path("next").asString() : "";
    } while (!next.isEmpty());
    return all;
  }
}
