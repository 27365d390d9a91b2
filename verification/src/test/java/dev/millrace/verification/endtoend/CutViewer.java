package dev.millrace.verification.endtoend;

import dev.millrace.http.EventReader;
import dev.millrace.verification.installation.Installation;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;

/**
 * Somebody who watches the log of a step over a bad line: each connection breaks after some bytes,
 * in the middle of whatever it is, and the next one goes on where the viewer is.
 */
final class CutViewer {
  private static final String EVENTS = "text/event-stream";
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();

  private final URI log;
  private final String token;
  private final ByteArrayOutputStream seen = new ByteArrayOutputStream();

  CutViewer(Installation installation, String project, long run, String task) throws IOException {
    this.log =
        installation
            .uri()
            .resolve(
                "/api/v1/projects/%s/runs/%d/tasks/%s/logs?attempt=1&step=0&follow=true"
                    .formatted(project, run, task));
    this.token = installation.token();
  }

  /** All that was seen, in the order in which it came. */
  byte[] seen() {
    return seen.toByteArray();
  }

  /**
   * Watches until the line breaks.
   *
   * @param after so many bytes have come over the line, the fault strikes
   * @return whether the end of the log was told before that
   */
  boolean watchEvents(long after, Fault fault) throws IOException, InterruptedException {
    var request = request(log).header("Accept", EVENTS);
    if (seen.size() > 0) {
      request.header("Last-Event-ID", Integer.toString(seen.size()));
    }
    try (var events = new EventReader(new Line(open(request), after, fault))) {
      for (var event = events.next(); event != null; event = events.next()) {
        switch (event.event()) {
          case "log" -> seen.writeBytes(Base64.getDecoder().decode(event.data()));
          case "end" -> {
            return true;
          }
          case "problem" -> throw new AssertionError("the log cannot be read: " + event.data());
          default -> {} // where steps begin and end
        }
      }
      return false;
    } catch (IOException broken) {
      return false;
    }
  }

  /**
   * As {@link #watchEvents}, but the bytes as they are, whose regular end is the end of the log.
   */
  boolean watchBytes(long after, Fault fault) throws IOException, InterruptedException {
    var request = request(URI.create(log + "&from=" + seen.size()));
    try (var bytes = new Line(open(request), after, fault)) {
      byte[] some = new byte[8192];
      for (int count = bytes.read(some); count >= 0; count = bytes.read(some)) {
        seen.write(some, 0, count);
      }
      return true;
    } catch (IOException broken) {
      return false;
    }
  }

  private HttpRequest.Builder request(URI uri) {
    return HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + token);
  }

  private static InputStream open(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    var response = HTTP.send(request.build(), BodyHandlers.ofInputStream());
    if (response.statusCode() != 200) {
      throw new AssertionError(
          response.statusCode()
              + " "
              + new String(response.body().readAllBytes(), StandardCharsets.UTF_8));
    }
    return response.body();
  }

  /** What befalls a line. */
  interface Fault {
    void strike() throws IOException, InterruptedException;
  }

  /** The line breaks. */
  static final Fault CUT =
      () -> {
        throw new IOException("cut");
      };

  /** A line that something befalls after some bytes. */
  private static final class Line extends FilterInputStream {
    private final Fault fault;
    private long left;

    Line(InputStream whole, long left, Fault fault) {
      super(whole);
      this.left = left;
      this.fault = fault;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (left == 0) {
        left = Long.MAX_VALUE;
        try {
          fault.strike();
        } catch (InterruptedException e) {
          throw new AssertionError("interrupted", e);
        }
      }
      int count = super.read(buffer, offset, (int) Math.min(length, left));
      left -= Math.max(count, 0);
      return count;
    }
  }
}
