package dev.millrace.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Names one command, chosen by whoever publishes it; the same id is the same command. */
public record CommandId(@JsonValue String value) {
  @JsonCreator
  public CommandId {
    Ids.check("a command id", value);
  }

  @Override
  public String toString() {
    return value;
  }
}
