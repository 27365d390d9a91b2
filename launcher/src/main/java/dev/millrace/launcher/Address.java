package dev.millrace.launcher;

import dev.millrace.launcher.settings.HostPort;

/** Hosts with ports in options. */
final class Address {
  private Address() {}

  static HostPort parse(String text) {
    try {
      return HostPort.parse(text);
    } catch (IllegalArgumentException _) {
      throw new Refused(Exit.USAGE, "\"%s\" is not HOST:PORT, as 127.0.0.1:7420".formatted(text));
    }
  }
}
