package dev.millrace.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a handler answers: a value, sent when the handler has returned. */
public sealed interface Reply {

  /** The status on the wire. */
  int status();

  /** Headers beside those that its form needs. */
  Map<String, String> headers();

  /** A body that is written as JSON. */
  record Json(int status, Object body, Map<String, String> headers) implements Reply {
    public Json(int status, Object body) {
      this(status, body, Map.of());
    }
  }

  /** 204. */
  record Empty(Map<String, String> headers) implements Reply {
    @Override
    public int status() {
      return 204;
    }
  }

  /** Bytes that are there already. */
  record Text(int status, String contentType, byte[] body, Map<String, String> headers)
      implements Reply {
    public Text(int status, String contentType, byte[] body) {
      this(status, contentType, body, Map.of());
    }
  }

  /**
   * A body that is made while it is sent.
   *
   * @param writer called once, on the thread of the handler
   */
  record Stream(int status, String contentType, Map<String, String> headers, BodyWriter writer)
      implements Reply {}

  /** A failure. */
  record Failed(Problem problem, Map<String, String> headers) implements Reply {
    @Override
    public int status() {
      return problem.status();
    }
  }

  static Reply ok(Object body) {
    return new Json(200, body);
  }

  static Reply created(Object body) {
    return new Json(201, body);
  }

  static Reply empty() {
    return new Empty(Map.of());
  }

  static Reply failed(Problem problem) {
    return new Failed(problem, Map.of());
  }

  /** This with one header more. */
  default Reply with(String name, String value) {
    var more = new LinkedHashMap<>(headers());
    more.put(name, value);
    return switch (this) {
      case Json(var status, var body, _) -> new Json(status, body, more);
      case Empty _ -> new Empty(more);
      case Text(var status, var type, var body, _) -> new Text(status, type, body, more);
      case Stream(var status, var type, _, var writer) -> new Stream(status, type, more, writer);
      case Failed(var problem, _) -> new Failed(problem, more);
    };
  }

  /** Makes a body. */
  @FunctionalInterface
  interface BodyWriter {
    /**
     * Writes the body and returns. The response ends with it. If it throws before anything was
     * written, a problem is sent instead; later, the connection is cut so that nobody takes the
     * body for whole.
     */
    void write(Sink sink) throws Exception;
  }

  /**
   * Where a body goes. Writing blocks while the client is slower, and throws {@link
   * ClientGoneException} once the client is gone. One thread at a time.
   */
  abstract class Sink extends OutputStream {
    /** Whether nobody is there any more to read this. */
    public abstract boolean gone();

    /** Runs the action once when the client goes, at once if it is gone; it must not block. */
    public abstract void whenGone(Runnable action);

    /** Sends what was written so far, at least the head of the response. */
    @Override
    public abstract void flush() throws IOException;
  }

  /** The client has closed the connection. */
  final class ClientGoneException extends IOException {
    private static final long serialVersionUID = 1;

    public ClientGoneException() {
      super("the client is gone");
    }
  }
}
