package dev.millrace.gateway;

import dev.millrace.events.RootGroup;
import dev.millrace.events.config.Configuration;
import dev.millrace.events.config.Configuration.Project;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A run as the run service tells it, with the path of its project instead of inner ids. */
final class RunJson {

  private RunJson() {}

  /** The run as people see it. */
  static ObjectNode publicly(JsonNode run, Configuration config) {
    ObjectNode shown = JsonNodeFactory.instance.objectNode();
    shown.put("project", project(run.path("root").asString(""), config));
    for (var member : run.properties()) {
      if (!member.getKey().equals("id") && !member.getKey().equals("root")) {
        shown.set(member.getKey(), member.getValue());
      }
    }
    return shown;
  }

  /** The path of the project of a root group; the root group itself if the project is gone. */
  static String project(String root, Configuration config) {
    try {
      var group = RootGroup.parse(root);
      Project project =
          group.kind() == RootGroup.Kind.project
              ? config.projects().get(new dev.millrace.events.ProjectId(group.id()))
              : null;
      return project == null ? root : project.path();
    } catch (IllegalArgumentException _) {
      return root;
    }
  }
}
