package dev.millrace.gateway.core;

import dev.millrace.events.Ids;
import dev.millrace.events.ProjectId;
import dev.millrace.events.config.Configuration;
import dev.millrace.events.config.Configuration.Project;
import dev.millrace.events.config.Configuration.User;
import org.jspecify.annotations.Nullable;

/** What people write for a project: its id, its path, or the name of one of their own. */
public final class ProjectRefs {

  private ProjectRefs() {}

  /** The project that the user means, or null. Says nothing of what the user may see. */
  public static @Nullable Project resolve(Configuration state, User asking, String ref) {
    if (ref.indexOf('/') >= 0) {
      return state.projectByPath(ref);
    }
    Project byId = byId(state, ref);
    return byId != null ? byId : state.projectByPath(Project.path(asking.name(), ref));
  }

  /** The project of this path or id, or null. */
  public static @Nullable Project byPathOrId(Configuration state, String ref) {
    return ref.indexOf('/') >= 0 ? state.projectByPath(ref) : byId(state, ref);
  }

  private static @Nullable Project byId(Configuration state, String id) {
    return Ids.GRAMMAR.matcher(id).matches() ? state.projects().get(new ProjectId(id)) : null;
  }
}
