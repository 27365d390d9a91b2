package dev.millrace.gateway;

import dev.millrace.events.config.Configuration.Project;
import dev.millrace.gateway.core.Permissions;
import dev.millrace.gateway.core.Permissions.Action;
import dev.millrace.gateway.core.Permissions.Verdict;
import dev.millrace.gateway.core.ProjectRefs;
import dev.millrace.http.ProblemException;
import dev.millrace.http.Request;

/** Finds the project that a request is about; what the caller may not see does not exist. */
final class Projects {

  private static final int SHOWN = 100;

  private final ConfigView config;

  Projects(ConfigView config) {
    this.config = config;
  }

  /** The project in the place {@code :ref} of the path. */
  Project of(Request request, Action action) {
    Caller caller = Caller.of(request);
    String ref = request.param("ref");
    Project project = ProjectRefs.resolve(config.now(), caller.user(), ref);
    if (project == null
        || Permissions.of(caller.user(), action, project.owner()) != Verdict.ALLOWED) {
      throw unknown(ref);
    }
    return project;
  }

  static ProblemException unknown(String ref) {
    return ProblemException.notFound(
        "there is no project " + (ref.length() <= SHOWN ? ref : ref.substring(0, SHOWN) + "…"));
  }
}
