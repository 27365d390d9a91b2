package dev.millrace.launcher.client;

import dev.millrace.http.HttpCaller;
import dev.millrace.launcher.Exit;
import dev.millrace.launcher.Refused;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A run as a person names it: {@code 7}, {@code demo/7} or {@code user/admin/demo/7}.
 *
 * @param project a name or a path
 */
record RunRef(String project, long number) {
  static final String FORM =
      "PROJECT/NUMBER, as in demo/7; the number alone if it is clear which project is meant.";

  /** The run that the text names; asks the server which project is meant if it does not say. */
  static RunRef of(String text, @Nullable String project, Api api) {
    int slash = text.lastIndexOf('/');
    String named = slash > 0 ? text.substring(0, slash) : project;
    long number;
    try {
      number = Long.parseLong(text.substring(slash + 1));
    } catch (NumberFormatException _) {
      throw new Refused(Exit.USAGE, "\"%s\" is not a run: %s".formatted(text, FORM));
    }
    return new RunRef(named != null ? named : project(null, api), number);
  }

  /** The given project, or the only one there is. */
  static String project(@Nullable String given, Api api) {
    if (given != null) {
      return given;
    }
    List<String> paths = new ArrayList<>();
    for (JsonNode project : Lists.of(api.get("/projects"), "projects")) {
      paths.add(project.path("path").asString());
    }
    return switch (paths.size()) {
      case 0 -> throw new Refused(Exit.NOT_FOUND, "there is no project yet");
      case 1 -> paths.getFirst();
      default ->
          throw new Refused(Exit.USAGE, "which project? There are: " + String.join(", ", paths));
    };
  }

  /** Where a project is on the server. */
  static String path(String project) {
    return "/projects/" + HttpCaller.segment(project);
  }

  /** Where the run is on the server. */
  String path() {
    return path(project) + "/runs/" + number;
  }

  String task(String name) {
    return path() + "/tasks/" + HttpCaller.segment(name);
  }

  @Override
  public String toString() {
    return project + "/" + number;
  }
}
