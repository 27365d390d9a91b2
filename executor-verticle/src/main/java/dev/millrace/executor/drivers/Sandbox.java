package dev.millrace.executor.drivers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.stream.Stream;

/**
 * What bubblewrap is told: the host read-only, the workspace writable, processes, IPC, host name
 * and temporary folders of its own, what is hidden replaced by nothing. The network is the host's.
 * {@code docs/executor.md} says what this keeps out and what not.
 */
final class Sandbox {
  private static final Path RUN = Path.of("/run");
  private static final List<Path> TEMPORARY = List.of(Path.of("/tmp"), Path.of("/var/tmp"));
  private static final List<String> CREDENTIALS =
      List.of(
          "/etc/shadow",
          "/etc/shadow-",
          "/etc/gshadow",
          "/etc/gshadow-",
          "/etc/sudoers",
          "/etc/sudoers.d",
          "/etc/security/opasswd",
          "/etc/ssl/private",
          "/etc/krb5.keytab",
          "/var/lib/docker",
          "/var/lib/kubelet");
  private static final List<String> NEEDED_OF_RUN =
      List.of("/etc/resolv.conf", "/run/current-system", "/run/opengl-driver");

  private final Path program;
  private final List<Path> hidden;
  private final List<Path> exposed;

  /**
   * Looks at what the host has to hide; later changes of the host are not seen.
   *
   * @param program bubblewrap
   */
  Sandbox(Path program, Collection<Path> hidden, Collection<Path> exposed) {
    this.program = program;
    var all = new ArrayList<>(hidden);
    CREDENTIALS.forEach(path -> all.add(Path.of(path)));
    all.addAll(hostKeys());
    this.hidden = outermost(all);
    this.exposed = exposed.stream().filter(Files::exists).map(Sandbox::real).toList();
  }

  Path program() {
    return program;
  }

  /** The arguments, to be given through a file so that nobody sees the environment. */
  List<String> arguments(Place place, Map<String, String> environment, Path workingDir) {
    var args = new ArrayList<String>();
    add(args, "--ro-bind", "/", "/");
    add(args, "--dev", "/dev");
    add(args, "--proc", "/proc");
    add(args, "--tmpfs", RUN.toString());
    for (String needed : NEEDED_OF_RUN) {
      Path path = Path.of(needed);
      if (Files.exists(path) && real(path).startsWith(RUN)) {
        add(args, "--ro-bind", real(path).toString(), real(path).toString());
      }
    }
    for (Path path : TEMPORARY) {
      if (Files.isDirectory(path)) {
        add(args, "--bind", place.temporary().toString(), path.toString());
      }
    }
    for (Path path : hidden) {
      if (Files.isDirectory(path)) {
        add(args, "--tmpfs", path.toString());
      } else {
        add(args, "--ro-bind", "/dev/null", path.toString());
      }
    }
    for (Path path : exposed) {
      if (hidden.stream().anyMatch(path::startsWith)) {
        add(args, "--ro-bind", path.toString(), path.toString());
      }
    }
    add(args, "--bind", place.root().toString(), place.root().toString());
    add(args, "--ro-bind", place.control().toString(), place.control().toString());
    add(args, "--ro-bind", place.control().resolve("passwd").toString(), "/etc/passwd");
    for (Path path : hidden) {
      if (Files.isDirectory(path)) {
        add(args, "--remount-ro", path.toString());
      }
    }
    args.addAll(
        List.of(
            "--unshare-user",
            "--uid",
            "1000",
            "--gid",
            "1000",
            "--unshare-pid",
            "--unshare-ipc",
            "--unshare-uts",
            "--unshare-cgroup-try",
            "--hostname",
            "millrace",
            "--cap-drop",
            "ALL",
            "--die-with-parent",
            "--new-session",
            "--clearenv"));
    environment.forEach((name, value) -> add(args, "--setenv", name, value));
    add(args, "--chdir", workingDir.toString());
    return args;
  }

  /** Puts what the sandbox needs beside the workspace. */
  void furnish(Place place) throws IOException {
    Files.writeString(
        place.control().resolve("passwd"),
        """
        root:x:0:0:root:/root:/bin/sh
        millrace:x:1000:1000:Millrace task:%s:/bin/sh
        nobody:x:65534:65534:nobody:/nonexistent:/bin/false
        """
            .formatted(place.home()));
  }

  /** Whether a task cannot see the path, though the host has it. */
  boolean hides(Path path) {
    return hidden.stream().anyMatch(path::startsWith)
        && exposed.stream().noneMatch(path::startsWith);
  }

  private static void add(List<String> args, String... more) {
    args.addAll(List.of(more));
  }

  // What lies in a folder that is hidden or replaced anyway needs no word of its own.
  private static List<Path> outermost(List<Path> paths) {
    SequencedSet<Path> found = new LinkedHashSet<>();
    var replaced = new ArrayList<Path>(TEMPORARY);
    replaced.add(RUN);
    paths.stream()
        .filter(Files::isReadable)
        .map(Sandbox::real)
        .filter(path -> path.getNameCount() > 0)
        .filter(path -> replaced.stream().noneMatch(path::startsWith))
        .sorted()
        .forEach(
            path -> {
              if (found.stream().noneMatch(path::startsWith)) {
                found.add(path);
              }
            });
    return List.copyOf(found);
  }

  private static List<Path> hostKeys() {
    Path folder = Path.of("/etc/ssh");
    if (!Files.isReadable(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().matches("ssh_host_.*_key"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
