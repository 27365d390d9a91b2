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
  private final CommentListener comments;
  private @Nullable String id;

  /** Hears of comments, by which the other side shows that it is still there. */
  @FunctionalInterface
  public interface CommentListener {
    void heard() throws IOException;
  }

  public EventReader(InputStream source) {
    this(source, () -> {});
  }

  /** A reader that tells of comments, on the thread that reads. */
  public EventReader(InputStream source, CommentListener comments) {
    this.source = source;
    this.comments = comments;
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
        case "" -> comments.heard();
        case "id" -> id = value;
        case "event" -> event = value;
        case "data" ->
            data = data == null ? new StringBuilder(value) : data.append('\n').append(value);
        default -> {} // a field that does not concern us
      }
    }
    return null;
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
