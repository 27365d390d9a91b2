package dev.millrace.http;

import dev.millrace.http.Reply.Sink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes server-sent events. Every call sends at once, blocks while the client is slower, and
 * throws {@link Reply.ClientGoneException} once the client is gone.
 */
public final class ServerSentEvents {

  public static final String CONTENT_TYPE = "text/event-stream";

  private static final byte[] PING = ":\n\n".getBytes(StandardCharsets.US_ASCII);

  private final Sink sink;

  private ServerSentEvents(Sink sink) {
    this.sink = sink;
  }

  /** Makes events until it returns, which ends the response. */
  @FunctionalInterface
  public interface Source {
    void run(ServerSentEvents events) throws Exception;
  }

  /**
   * An answer of events. When the client goes, the thread of the source is interrupted, so that one
   * that waits for the next event ends.
   */
  public static Reply reply(Source source) {
    return new Reply.Stream(
        200,
        CONTENT_TYPE,
        Map.of("Cache-Control", "no-store", "X-Accel-Buffering", "no"),
        sink -> {
          Thread producer = Thread.currentThread();
          sink.whenGone(producer::interrupt);
          sink.flush();
          source.run(new ServerSentEvents(sink));
        });
  }

  /** Events on a sink that somebody else opened. */
  public static ServerSentEvents on(Sink sink) {
    return new ServerSentEvents(sink);
  }

  /** One event. {@code id} and {@code event} are single lines; {@code data} may have several. */
  public void send(@Nullable String id, @Nullable String event, String data) throws IOException {
    var text = new StringBuilder(data.length() + 64);
    if (id != null) {
      text.append("id: ").append(line(id)).append('\n');
    }
    if (event != null) {
      text.append("event: ").append(line(event)).append('\n');
    }
    for (String part : data.split("\r\n|\r|\n", -1)) {
      text.append("data: ").append(part).append('\n');
    }
    sink.write(text.append('\n').toString().getBytes(StandardCharsets.UTF_8));
    sink.flush();
  }

  /** One event whose data is the value as JSON. */
  public void sendJson(@Nullable String id, @Nullable String event, Object value)
      throws IOException {
    send(id, event, new String(HttpJson.write(value), StandardCharsets.UTF_8));
  }

  /**
   * A comment, which readers skip: keeps the connection alive. To be sent when there was nothing to
   * say for 15 seconds or so.
   */
  public void ping() throws IOException {
    sink.write(PING);
    sink.flush();
  }

  /** Moves on what the reader will resume after, without an event; keeps the connection alive. */
  public void moveTo(String id) throws IOException {
    sink.write(("id: " + line(id) + "\n\n").getBytes(StandardCharsets.UTF_8));
    sink.flush();
  }

  private static String line(String text) {
    if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0) {
      throw new IllegalArgumentException("not a single line: " + text);
    }
    return text;
  }
}
