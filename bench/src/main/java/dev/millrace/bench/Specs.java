package dev.millrace.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Run specifications as JSON. Every run has a name of its own, so none waits for another. */
final class Specs {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  record Run(String name, Map<String, String> environment, List<Task> tasks) {}

  record Task(String name, String shell, List<Dependency> depends, List<Step> steps) {}

  record Dependency(String task, List<String> conditions) {}

  record Step(String type, String name, String command) {}

  private Specs() {}

  static byte[] run(int index, Task... tasks) {
    return run(index, Map.of(), tasks);
  }

  static byte[] run(int index, Map<String, String> environment, Task... tasks) {
    return JSON.writeValueAsBytes(new Run("bench-" + index, environment, List.of(tasks)));
  }

  static Task task(String name, List<String> depends, String... commands) {
    return new Task(
        name,
        // EPOCHREALTIME is bash's own clock: reading it starts no process
        "/bin/bash -e",
        depends.stream().map(other -> new Dependency(other, List.of("on_success"))).toList(),
        Arrays.stream(commands).map(command -> new Step("run", "step", command)).toList());
  }
}
