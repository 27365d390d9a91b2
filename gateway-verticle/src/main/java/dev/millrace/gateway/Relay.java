package dev.millrace.gateway;

import dev.millrace.http.Call;
import dev.millrace.http.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Hands a stream on as it comes, no faster than it is read. If it breaks, so does ours: nobody is
 * to take it for whole. When our reader goes, the stream is closed.
 */
final class Relay {

  private static final List<String> KEPT =
      List.of(
          "Cache-Control",
          "X-Accel-Buffering",
          "Content-Encoding",
          "Vary",
          "Millrace-Log-Position",
          "Millrace-Log-Attempt");

  private Relay() {}

  /**
   * The answer to a call; problems are thrown before anything is sent.
   *
   * @param disposition what a reader is to do with it
   */
  static Reply of(Call call, Optional<String> disposition) {
    Call.Streaming source = call.open();
    Map<String, String> headers = new LinkedHashMap<>();
    disposition.ifPresent(value -> headers.put("Content-Disposition", value));
    KEPT.forEach(name -> source.header(name).ifPresent(value -> headers.put(name, value)));
    return new Reply.Stream(
        source.status(),
        source.header("Content-Type").orElse("application/octet-stream"),
        headers,
        sink -> {
          sink.whenGone(source::close);
          try (source) {
            sink.flush();
            copy(source.body(), sink);
          }
        });
  }

  static void copy(InputStream from, Reply.Sink to) throws IOException {
    byte[] buffer = new byte[16 * 1024];
    for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
      to.write(buffer, 0, n);
    }
  }
}
