package dev.millrace.gateway;

import dev.millrace.events.RootGroup;
import dev.millrace.events.config.Configuration.Project;
import dev.millrace.events.run.RunSpec;
import dev.millrace.events.run.RunSpec.SetupError;
import dev.millrace.events.run.TaskSpec;
import dev.millrace.http.ProblemException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request to create runs: the fields of one run, or several in {@code runs}.
 *
 * @param group a path below the project; absent: {@code direct}
 */
record NewRuns(
    @Nullable String name,
    @Nullable String group,
    Map<String, String> annotations,
    List<SetupError> setupErrors,
    Map<String, String> environment,
    List<TaskSpec> tasks,
    List<NewRun> runs) {

  /** One of several. */
  record NewRun(
      @Nullable String name,
      @Nullable String group,
      Map<String, String> annotations,
      List<SetupError> setupErrors,
      Map<String, String> environment,
      List<TaskSpec> tasks) {

    private RunSpec toSpec(Project project, String creator) {
      if (name == null) {
        throw ProblemException.badRequest("a run needs a name");
      }
      var noted = new LinkedHashMap<String, String>();
      noted.put("trigger", "direct");
      noted.put("creator", creator);
      noted.putAll(annotations);
      return new RunSpec(
          name,
          path(project),
          noted,
          setupErrors,
          Map.of("CI", "true", "MILLRACE_PROJECT_ID", project.id().value()),
          environment,
          tasks);
    }

    private String path(Project project) {
      String within = "/" + RootGroup.of(project.id());
      if (group == null) {
        return within + "/direct";
      }
      return group.startsWith("/") ? group : within + "/" + group;
    }
  }

  /** What is sent to the run service. */
  record Wanted(RootGroup root, List<RunSpec> runs) {}

  Wanted toSpecs(Project project, String creator) {
    boolean single =
        name != null
            || group != null
            || !annotations.isEmpty()
            || !setupErrors.isEmpty()
            || !environment.isEmpty()
            || !tasks.isEmpty();
    if (single && !runs.isEmpty()) {
      throw ProblemException.badRequest("either the fields of one run, or runs, not both");
    }
    List<NewRun> all =
        runs.isEmpty()
            ? List.of(new NewRun(name, group, annotations, setupErrors, environment, tasks))
            : runs;
    return new Wanted(
        RootGroup.of(project.id()), all.stream().map(r -> r.toSpec(project, creator)).toList());
  }
}
