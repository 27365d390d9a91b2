package dev.millrace.launcher.settings;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Where spans go.
 *
 * @param endpoint takes them by OTLP over HTTP, at {@code /v1/traces} below it
 * @param sample the share of runs whose spans are sent, from 0 to 1: the same runs for all
 *     processes that have the same share
 * @param header to be sent along; null if there is none
 */
public record TraceOptions(URI endpoint, double sample, @Nullable Header header) {

  /** All spans, to this place. */
  public static TraceOptions to(URI endpoint) {
    return new TraceOptions(endpoint, 1, null);
  }

  /** A field of a request. Its value may be secret. */
  public record Header(String name, String value) {

    /**
     * Reads {@code NAME: VALUE}.
     *
     * @throws IllegalArgumentException if it is not of this form; what it is, is not told
     */
    public static Header parse(String text) {
      int colon = text.indexOf(':');
      String name = colon < 0 ? "" : text.substring(0, colon).strip();
      String value = text.substring(colon + 1).strip();
      if (!name.matches("[A-Za-z0-9-]+") || !value.matches("[ -~]+")) {
        throw new IllegalArgumentException("a header is NAME: VALUE");
      }
      return new Header(name, value);
    }

    @Override
    public String toString() {
      return name + ": …";
    }
  }
}
