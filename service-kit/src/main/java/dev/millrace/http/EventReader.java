package dev.millrace.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads server-sent events. One thread at a time; closing from another thread ends a read. */
public final class EventReader implements AutoCloseable {

  /**
   * One event.
   *
   * @param id the last id that was sent, also with an earlier event; null if there was none
   * @param event its type; {@code message} if none was sent
   */
  public record Event(@Nullable String id, String event, String data) {}

  private final InputStream source;
  private final BufferedReader lines;
  private @Nullable String id;

  public EventReader(InputStream source) {
    this.source = source;
    this.lines = new BufferedReader(new InputStreamReader(source, StandardCharsets.UTF_8));
  }

  /**
   * Waits for the next event; null when the stream has ended.
   *
   * @throws IOException if the connection broke; what was read before is whole
   */
  public @Nullable Event next() throws IOException {
    String event = "message";
    StringBuilder data = null;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.isEmpty()) {
        if (data != null) {
          return new Event(id, event, data.toString());
        }
        event = "message";
        continue;
      }
      int colon = line.indexOf(':');
      String field = colon < 0 ? line : line.substring(0, colon);
      String value = colon < 0 ? "" : line.substring(colon + 1);
      value = value.startsWith(" ") ? value.substring(1) : value;
      switch (field) {
        case "id" -> id = value;
        case "event" -> event = value;
        case "data" ->
            data = data == null ? new StringBuilder(value) : data.append('\n').append(value);
        default -> {} // comments, and fields that do not concern us
      }
    }
    return null;
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
