package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verification.installation.Api;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/**
 * Runs that are created at both gateways for as long as it is open, so that some dozens are active
 * at any moment. Each has a log of another length.
 */
final class ClusterLoad implements AutoCloseable {
  /** So many that both writers have some. */
  static final int PROJECTS = 8;

  // Long: there are to be many active runs, and few that begin, or starts of processes take
  // minutes.
  private static final int TASK_MILLIS = 6_000;
  private static final int ACTIVE = 40;

  private final List<Api> gateways;
  private final List<String> projects = new ArrayList<>();
  private final Map<String, Integer> acknowledged = new ConcurrentHashMap<>();
  private final AtomicInteger made = new AtomicInteger();
  private final List<Thread> threads = new ArrayList<>();
  private final Set<String> unexpected = ConcurrentHashMap.newKeySet();
  private volatile boolean open = true;

  /**
   * Begins.
   *
   * @param name before the names of the projects, which are made here
   */
  ClusterLoad(List<Api> gateways, String name) throws Exception {
    this.gateways = gateways;
    for (int i = 0; i < PROJECTS; i++) {
      projects.add(name + "-" + i);
      gateways.getFirst().createProject(projects.getLast());
    }
    for (int i = 0; i < ACTIVE; i++) {
      Api gateway = gateways.get(i % gateways.size());
      threads.add(Thread.ofVirtual().start(() -> create(gateway)));
    }
  }

  List<String> projects() {
    return projects;
  }

  /** How many runs were acknowledged so far. */
  int acknowledged() {
    return acknowledged.size();
  }

  /** One run after the other: the next when the last should have ended. */
  private void create(Api gateway) {
    try {
      while (open) {
        int i = made.getAndIncrement();
        String project = projects.get(i % PROJECTS);
        gateway
            .createRunInsistently(project, run(i), "load-" + project + "-" + i, () -> true)
            .ifPresent(number -> acknowledged.put(project + "/" + number, bytes(i)));
        TimeUnit.MILLISECONDS.sleep(TASK_MILLIS);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      unexpected.add(String.valueOf(e));
    }
  }

  private static int bytes(int i) {
    return 100 + 37 * (i % 500);
  }

  private static String run(int i) {
    return """
    {"name": "ci-%d", "tasks": [{"name": "t", "steps": [
      {"type": "run", "name": "do", "command": "true", "environment": {
        "MILLRACE_DUMMY_SLEEP": "%d", "MILLRACE_DUMMY_OUTPUT": "%d"}}]}]}
    """
        .formatted(i, TASK_MILLIS, bytes(i));
  }

  /** How many runs are active now, as a gateway tells that answers. */
  int active() throws Exception {
    int active = 0;
    for (String project : projects) {
      String path = "/projects/%s/runs?phase=queued,running&limit=100".formatted(project);
      active += answered(path).get("runs").size();
    }
    return active;
  }

  private JsonNode answered(String path) throws Exception {
    long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    for (int i = 0; ; i++) {
      try {
        return gateways.get(i % gateways.size()).call("GET", path, null, 200);
      } catch (IOException | IllegalStateException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
      }
    }
  }

  /** Waits until so many more runs were acknowledged. */
  void awaitMore(int count) throws InterruptedException {
    int before = acknowledged();
    long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (acknowledged() < before + count) {
      assertThat(System.nanoTime()).as("no run is made any more").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /** Waits until one more run of each project was acknowledged: whoever decides about it works. */
  void awaitMoreOfEach() throws InterruptedException {
    Set<String> before = Set.copyOf(acknowledged.keySet());
    long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    Set<String> waiting = new HashSet<>(projects);
    while (!waiting.isEmpty()) {
      assertThat(System.nanoTime()).as("no run of %s is made", waiting).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(50);
      for (String run : acknowledged.keySet()) {
        if (!before.contains(run)) {
          waiting.remove(run.substring(0, run.indexOf('/')));
        }
      }
    }
  }

  /** Creates no more. */
  @Override
  public void close() {
    open = false;
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * What came of it, after it was closed and all has ended.
   *
   * @param attempts that were lost, by executor
   */
  record Came(int runs, Map<String, Integer> attempts) {}

  /** Every run is there once, has ended as it should, and its log is whole. */
  Came assertWhole() throws Exception {
    assertThat(unexpected).isEmpty();
    Api api = gateways.getFirst();
    api.awaitQuiet(projects);
    Set<String> seen = new HashSet<>();
    Map<String, Integer> lost = new HashMap<>();
    for (String project : projects) {
      List<JsonNode> runs = api.runs(project);
      long highest = runs.size();
      for (JsonNode listed : runs) {
        long number = listed.get("number").asLong();
        assertThat(number).as("numbers of %s without a gap", project).isEqualTo(highest--);
        String name = project + "/" + number;
        assertThat(seen.add(name)).as("%s once", name).isTrue();
        assertThat(acknowledged).as("runs that nobody was told of").containsKey(name);
        assertEnded(api, project, number, acknowledged.getOrDefault(name, 0), lost);
      }
    }
    assertThat(seen).as("runs that were acknowledged").containsAll(acknowledged.keySet());
    return new Came(seen.size(), lost);
  }

  private static void assertEnded(
      Api api, String project, long number, int bytes, Map<String, Integer> lost) throws Exception {
    JsonNode run = api.run(project, number);
    assertThat(run.get("phase").asString()).as(run.toString()).isEqualTo("finished");
    if (run.get("result").asString().equals("success")) {
      assertThat(new String(api.logBytes(project, number, "t", 0), StandardCharsets.UTF_8))
          .as("the log of %s/%d", project, number)
          .isEqualTo(DummyOutput.text(bytes));
    } else {
      List<String> executors = Outcome.lostOn(run);
      assertThat(executors).as(run.toString()).isNotEmpty();
      executors.forEach(executor -> lost.merge(executor, 1, Integer::sum));
    }
  }
}
