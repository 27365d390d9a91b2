package dev.millrace.launcher.client;

import tools.jackson.databind.JsonNode;

/** Lists in answers: bare, or as the field of an object. */
final class Lists {
  private Lists() {}

  static JsonNode of(JsonNode answer, String field) {
    return answer.isArray() ? answer : answer.path(field);
  }
}
