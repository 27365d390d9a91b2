package dev.millrace.executor.drivers;

import java.time.Duration;

/** A clock that only goes forward, and goes on while the machine is suspended. */
@FunctionalInterface
public interface Uptime {

  /** The time since some moment before this process began. */
  Duration now();

  /** The machine's own, which all its processes share: what {@code /proc/uptime} tells. */
  static Uptime ofThisMachine() {
    return new BootTime()::now;
  }
}
