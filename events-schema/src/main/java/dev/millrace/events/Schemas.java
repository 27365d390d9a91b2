package dev.millrace.events;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * The JSON Schemas (draft 2020-12) of the records on the topics, as they are checked in: what may
 * be written, type by type under {@code $defs}. On {@code task-logs} it is the schema of the first
 * line. Dead letters have none: they are what could not be read.
 */
public final class Schemas {
  private static final List<Topics.Topic> TOPICS =
      Topics.all().stream().filter(topic -> !topic.equals(Topics.DEAD_LETTERS)).toList();

  private Schemas() {}

  /** The topics whose records have a schema. */
  public static List<Topics.Topic> topics() {
    return TOPICS;
  }

  /**
   * The schema of the records of a topic, as JSON text.
   *
   * @throws IllegalArgumentException if the topic has none
   */
  public static String of(Topics.Topic topic) {
    try (InputStream schema = Schemas.class.getResourceAsStream("/schemas/" + topic + ".json")) {
      if (schema == null) {
        throw new IllegalArgumentException("no schema of " + topic);
      }
      return new String(schema.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
