package dev.millrace.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Names a project: short, random, never reused. */
public record ProjectId(@JsonValue String value) {
  @JsonCreator
  public ProjectId {
    Ids.check("a project id", value);
  }

  @Override
  public String toString() {
    return value;
  }
}
