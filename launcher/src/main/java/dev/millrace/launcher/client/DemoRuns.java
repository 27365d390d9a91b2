package dev.millrace.launcher.client;

import dev.millrace.http.ProblemException;
import dev.millrace.http.UnreachableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** The project of the demo and its runs. */
public final class DemoRuns {
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final int TRIES = 600;

  private final Api api;
  private final String name;

  public DemoRuns(Api api, String name) {
    this.api = api;
    this.name = name;
  }

  /** The path of the project, which is created if it is not there. */
  public String project() throws InterruptedException {
    JsonNode project;
    try {
      project = api.get(RunRef.path(name));
    } catch (ProblemException e) {
      if (e.problem().status() != 404) {
        throw e;
      }
      project = api.create("/projects", ClientCommand.JSON.createObjectNode().put("name", name));
    }
    return project.path("path").asString();
  }

  /** The numbers of all its runs, the oldest first. */
  public List<Long> all() {
    List<Long> numbers = new ArrayList<>();
    for (JsonNode run : Lists.of(api.get(RunRef.path(name) + "/runs?limit=100"), "runs")) {
      numbers.addFirst(run.path("number").asLong());
    }
    return numbers;
  }

  /** Waits until there are so many: a push is answered before its runs are there. */
  public List<Long> await(int count) throws InterruptedException {
    for (int i = 0; i < TRIES; i++) {
      List<Long> numbers = all();
      if (numbers.size() >= count) {
        return numbers;
      }
      Thread.sleep(PAUSE);
    }
    throw new UnreachableException("the push has not led to runs in a minute", null);
  }

  /** What waits for approval, as {@code demo/2 publish}. */
  public List<String> waiting() {
    List<String> waiting = new ArrayList<>();
    for (JsonNode run : Lists.of(api.get(RunRef.path(name) + "/runs?limit=100"), "runs")) {
      for (JsonNode task : run.path("tasks_waiting_approval")) {
        waiting.add("%s/%d %s".formatted(name, run.path("number").asLong(), task.asString()));
      }
    }
    return waiting;
  }
}
