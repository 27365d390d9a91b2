package dev.millrace.executor.drivers;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What the host driver is told.
 *
 * @param work a folder of its own, for workspaces and what it needs to remember
 * @param hidden folders and files that no task may see: the server's home, data, credentials
 * @param exposed what tasks may read although it lies in something hidden, as a JDK in a home
 * @param environment what every step gets; the task's own goes over it
 */
public record HostSettings(
    Path work,
    Isolation isolation,
    List<Path> hidden,
    List<Path> exposed,
    Map<String, String> environment) {
  /** Where programs are looked for, unless a task says otherwise. */
  public static final String DEFAULT_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  public HostSettings {
    hidden = List.copyOf(hidden);
    exposed = List.copyOf(exposed);
    environment = Map.copyOf(environment);
  }

  /** How steps are kept apart from the machine. */
  public enum Isolation {
    /** In the sandbox, or the driver does not start. */
    REQUIRED,
    /** In the sandbox if it can be had; else as plain processes, which is said once. */
    PREFERRED,
    /** As plain processes. */
    NONE
  }
}
