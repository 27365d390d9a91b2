package dev.millrace.launcher.client;

import dev.millrace.http.EventReader;
import dev.millrace.http.Problem;
import dev.millrace.http.ProblemException;
import dev.millrace.http.UnreachableException;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads the log of a task to its end, every byte once, however often the connection breaks. Used by
 * one thread.
 */
final class LogTail {
  private static final int TRIES = 60;
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Api api;
  private final String path;
  private @Nullable String position;
  private int attempt;

  /**
   * A reader.
   *
   * @param path of the log, with its query
   */
  LogTail(Api api, String path) {
    this.api = api;
    this.path = path;
  }

  /** Hears what is in a log. */
  interface Listener {
    /** A step begins; may be told twice. */
    default void step(JsonNode step) {}

    void bytes(byte[] bytes, long position) throws IOException;
  }

  /** Returns when the log has ended. */
  void read(Listener listener) throws IOException, InterruptedException {
    int failures = 0;
    while (true) {
      String before = position;
      try (EventReader events = api.events(query(), position)) {
        if (readSome(events, listener)) {
          return;
        }
      } catch (UnreachableException e) {
        if (failures == TRIES) {
          throw e;
        }
      }
      failures = position == null || position.equals(before) ? failures + 1 : 0;
      if (failures > TRIES) {
        throw new UnreachableException("the log breaks off again and again", null);
      }
      Thread.sleep(PAUSE);
    }
  }

  /** Whether this was the end of the log, not only of the connection. */
  private boolean readSome(EventReader events, Listener listener) throws IOException {
    while (true) {
      EventReader.Event event;
      try {
        event = events.next();
      } catch (IOException _) {
        return false; // cut off: go on from the position
      }
      if (event == null) {
        return false;
      }
      switch (event.event()) {
        case "log" -> {
          position = event.id();
          byte[] bytes = Base64.getDecoder().decode(event.data());
          long after = position == null ? 0 : Long.parseLong(position);
          listener.bytes(bytes, after - bytes.length);
        }
        case "step" -> {
          JsonNode step = ClientCommand.JSON.readTree(event.data());
          attempt = step.path("attempt").asInt(attempt);
          listener.step(step);
        }
        case "problem" -> throw problem(ClientCommand.JSON.readTree(event.data()));
        case "end" -> {
          return true;
        }
        default -> {} // of no concern here
      }
    }
  }

  /** Positions are those of one attempt, so it is named once it is known. */
  private String query() {
    return attempt == 0 || path.contains("attempt=")
        ? path
        : path + (path.contains("?") ? "&" : "?") + "attempt=" + attempt;
  }

  private static ProblemException problem(JsonNode json) {
    return new ProblemException(
        Problem.of(
            json.path("status").asInt(500),
            json.path("code").asString("unknown"),
            json.path("message").asString("the log cannot be read")));
  }
}
