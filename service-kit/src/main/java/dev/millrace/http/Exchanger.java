package dev.millrace.http;

import dev.millrace.http.Call.Answered;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/** Sends a whole request and brings its whole answer; blocks. */
interface Exchanger extends AutoCloseable {

  /**
   * Sends once.
   *
   * @param patience until the whole answer is there
   * @throws IOException if there is none
   */
  Answered exchange(
      String method, URI uri, Map<String, String> headers, byte[] body, Duration patience)
      throws IOException, InterruptedException;

  @Override
  void close();
}
