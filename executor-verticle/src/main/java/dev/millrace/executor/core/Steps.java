package dev.millrace.executor.core;

import dev.millrace.events.RootGroup;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ClaimedTask;
import dev.millrace.events.run.TaskSpec.Step;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Turns the steps of a task into what drivers understand. */
public final class Steps {
  private static final List<String> SHELL = List.of("/bin/sh", "-e");

  private final String repositories;

  /**
   * Makes a translator.
   *
   * @param repositories where they can be cloned from: {@code <this>/<project id>.git}
   */
  public Steps(String repositories) {
    this.repositories =
        repositories.endsWith("/")
            ? repositories.substring(0, repositories.length() - 1)
            : repositories;
  }

  /**
   * The step as a command.
   *
   * @throws IllegalArgumentException if it makes no sense for this run; the message is a sentence
   */
  StepCommand command(ClaimedTask task, int index) {
    return switch (task.task().steps().get(index)) {
      case Step.Run run -> run(task, run);
      case Step.Clone clone -> clone(task, clone);
    };
  }

  private static StepCommand run(ClaimedTask task, Step.Run step) {
    var environment = environment(task);
    environment.putAll(step.environment());
    String shell = step.shell() == null ? task.task().shell() : step.shell();
    return new StepCommand(
        shell == null || shell.isBlank() ? SHELL : Arrays.asList(shell.strip().split("\\s+", -1)),
        step.command(),
        environment,
        workingDir(step.workingDir() == null ? task.task().workingDir() : step.workingDir()));
  }

  // The token goes to the repository's own address only, and to this step only. Neither it nor
  // anything else that is not fixed is in the script or in an argument.
  private StepCommand clone(ClaimedTask task, Step.Clone step) {
    RootGroup root = task.attempt().run().root();
    if (root.kind() != RootGroup.Kind.project) {
      throw new IllegalArgumentException("a run of a user has no repository to clone");
    }
    var environment = environment(task);
    environment.put("MILLRACE_CLONE_URL", repositories + "/" + root.id() + ".git");
    environment.put("MILLRACE_CLONE_DEPTH", step.depth() == null ? "" : step.depth().toString());
    environment.put("MILLRACE_CLONE_SUBMODULES", step.recurseSubmodules() ? "yes" : "");
    environment.put("GIT_TERMINAL_PROMPT", "0");
    environment.put("GIT_CONFIG_NOSYSTEM", "1");
    environment.put("GIT_CONFIG_GLOBAL", "/dev/null");
    environment.put("GIT_CONFIG_COUNT", "2");
    environment.put("GIT_CONFIG_KEY_0", "http." + repositories + "/.extraHeader");
    environment.put("GIT_CONFIG_VALUE_0", "Authorization: Basic " + basic(task.token()));
    environment.put("GIT_CONFIG_KEY_1", "http." + repositories + "/.proxy");
    environment.put("GIT_CONFIG_VALUE_1", "");
    return new StepCommand(
        SHELL, CloneScript.TEXT, environment, workingDir(task.task().workingDir()));
  }

  private static String basic(String token) {
    return Base64.getEncoder()
        .encodeToString(("millrace:" + token).getBytes(StandardCharsets.UTF_8));
  }

  private static Map<String, String> environment(ClaimedTask task) {
    AttemptRef attempt = task.attempt();
    var environment = new LinkedHashMap<>(task.environment());
    environment.put("MILLRACE_RUN_NUMBER", Long.toString(attempt.run().number()));
    environment.put("MILLRACE_TASK", attempt.task());
    environment.put("MILLRACE_ATTEMPT", Integer.toString(attempt.attempt()));
    return environment;
  }

  private static String workingDir(@org.jspecify.annotations.Nullable String wanted) {
    return Objects.requireNonNullElse(wanted, StepCommand.PROJECT);
  }
}
