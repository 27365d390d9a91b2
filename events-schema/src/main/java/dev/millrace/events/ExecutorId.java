package dev.millrace.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Names an executor over its restarts; chosen by its operator or made at its first start. */
public record ExecutorId(@JsonValue String value) {
  @JsonCreator
  public ExecutorId {
    Ids.check("an executor id", value);
  }

  @Override
  public String toString() {
    return value;
  }
}
