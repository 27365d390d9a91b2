package dev.millrace.launcher.settings;

/** A host and a port, as {@code 127.0.0.1:7420} or {@code [::1]:7420}; port 0 is any. */
public record HostPort(String host, int port) {

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if the text is none; the message is the text
   */
  public static HostPort parse(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon <= 0 ? "" : text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      throw new IllegalArgumentException(text);
    }
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      if (!host.isBlank() && port >= 0 && port <= 65_535) {
        return new HostPort(host, port);
      }
    } catch (NumberFormatException _) {
      // said below
    }
    throw new IllegalArgumentException(text);
  }

  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
