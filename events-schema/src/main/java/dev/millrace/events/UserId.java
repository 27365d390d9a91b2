package dev.millrace.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Names a user: short, random, never reused. */
public record UserId(@JsonValue String value) {
  @JsonCreator
  public UserId {
    Ids.check("a user id", value);
  }

  @Override
  public String toString() {
    return value;
  }
}
