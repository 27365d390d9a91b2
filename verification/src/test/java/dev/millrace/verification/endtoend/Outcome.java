package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verification.installation.Api;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/**
 * What came of all runs of a project.
 *
 * @param numbers of the runs
 * @param runsOfCommit how many runs a commit has
 * @param lostOn the executors that attempts were lost with
 * @param unexpected runs that did not succeed though none of their attempts was lost
 */
record Outcome(
    Set<Long> numbers,
    Map<String, Integer> runsOfCommit,
    List<String> lostOn,
    List<String> unexpected) {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /**
   * Waits until every accepted push has a run, which is made after git was answered, and every run
   * has ended; for pushes that never have one not for ever.
   */
  static Outcome of(Api api, String project, Workload workload) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      var outcome =
          new Outcome(new HashSet<>(), new HashMap<>(), new ArrayList<>(), new ArrayList<>());
      for (JsonNode run : allEnded(api, project)) {
        outcome.add(run, api, project);
      }
      if (outcome.runsOfCommit.keySet().containsAll(workload.accepted())
          || System.nanoTime() > deadline) {
        return outcome;
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  private void add(JsonNode listed, Api api, String project) throws Exception {
    long number = listed.get("number").asLong();
    numbers.add(number);
    JsonNode run = api.run(project, number);
    String commit = run.at("/annotations/commit_sha").asString("");
    if (!commit.isEmpty()) {
      runsOfCommit.merge(commit, 1, Integer::sum);
    }
    if (!run.get("result").asString().equals("success")) {
      List<String> lost = lostOn(run);
      lostOn.addAll(lost);
      if (lost.isEmpty()) {
        unexpected.add(run.toString());
      }
    }
  }

  static List<String> lostOn(JsonNode run) {
    List<String> executors = new ArrayList<>();
    for (JsonNode task : run.get("tasks")) {
      for (JsonNode attempt : task.path("attempts")) {
        if (attempt.path("outcome").asString("").equals("lost")) {
          executors.add(attempt.get("executor").asString());
        }
      }
    }
    return executors;
  }

  private static List<JsonNode> allEnded(Api api, String project) throws Exception {
    Set<String> ends = Set.of("finished", "cancelled", "setuperror");
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    int left = Integer.MAX_VALUE;
    while (true) {
      List<JsonNode> runs = api.runs(project);
      List<JsonNode> open =
          runs.stream().filter(run -> !ends.contains(run.get("phase").asString())).toList();
      if (open.isEmpty()) {
        return runs;
      }
      if (open.size() < left) { // a slow machine may take its time, as long as it goes on
        left = open.size();
        deadline = System.nanoTime() + PATIENCE.toNanos();
      }
      assertThat(System.nanoTime())
          .as("no run of %d has ended within %s; the oldest: %s", left, PATIENCE, open.getLast())
          .isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  /**
   * Nothing that was acknowledged is lost, nothing happened twice, and nothing failed by itself.
   */
  void assertKept(Workload workload, Effects effects, int kills) throws Exception {
    System.out.printf(
        "kills %d, runs %d, acknowledged %d, pushes accepted %d, attempts lost with their executor"
            + " %d%n",
        kills,
        numbers.size(),
        workload.acknowledged().size(),
        workload.accepted().size(),
        lostOn.size());
    assertThat(workload.acknowledged()).as("the load was real").hasSizeGreaterThan(kills);
    assertThat(workload.accepted()).isNotEmpty();
    assertThat(numbers).as("acknowledged runs").containsAll(workload.acknowledged());
    assertThat(runsOfCommit)
        .as("accepted pushes")
        .containsKeys(workload.accepted().toArray(String[]::new));
    assertThat(runsOfCommit.values()).as("runs of one push").allMatch(count -> count == 1);
    assertThat(unexpected).as("runs that did not succeed though no attempt was lost").isEmpty();
    effects.assertNothingTwice();
  }
}
