package dev.millrace.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * What a run belongs to: a project or a user. On the wire {@code project/<id>} or {@code
 * user/<id>}. It is the key of run commands, so all runs of one root group share a partition.
 */
public record RootGroup(Kind kind, String id) {

  /** What kind of owner it is. */
  public enum Kind {
    project,
    user
  }

  public RootGroup {
    Ids.check("a root group id", id);
  }

  public static RootGroup of(ProjectId project) {
    return new RootGroup(Kind.project, project.value());
  }

  /**
   * Reads {@code project/<id>} or {@code user/<id>}.
   *
   * @throws IllegalArgumentException if it is neither
   */
  @JsonCreator
  public static RootGroup parse(String text) {
    int slash = text.indexOf('/');
    String kind = slash < 0 ? "" : text.substring(0, slash);
    if (!kind.equals("project") && !kind.equals("user")) {
      throw new IllegalArgumentException("a root group is project/<id> or user/<id>");
    }
    return new RootGroup(Kind.valueOf(kind), text.substring(slash + 1));
  }

  // By hand, as it is the key that every event is looked up by.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RootGroup that && kind == that.kind && id.equals(that.id);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @JsonValue
  @Override
  public String toString() {
    return kind + "/" + id;
  }
}
