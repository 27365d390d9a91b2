package dev.millrace.launcher;

/** A host and a port, as {@code 127.0.0.1:7420} or {@code [::1]:7420}. */
record Address(String host, int port) {

  static Address parse(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon <= 0 ? "" : text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      if (!host.isEmpty() && port >= 0 && port <= 65_535) {
        return new Address(host, port);
      }
    } catch (NumberFormatException _) {
      // said below
    }
    throw new Refused(Exit.USAGE, "\"%s\" is not HOST:PORT, as 127.0.0.1:7420".formatted(text));
  }
}
