package dev.millrace.executor.drivers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Gives a step's process its {@link Mark} before anything of the step runs. A limit can only be set
 * by the process itself: either a shell does so and becomes the step, or the step's own shell does
 * so first, which spares a process for each step.
 */
final class Marking {
  private static final List<String> OPTIONS = List.of("-w", "-x"); // of dash and busybox; of bash
  private static final Path SH = Path.of("/bin/sh");
  private static final Path ROOT = Path.of("/");
  // None of these makes a shell read anything before its script or tell what it does.
  private static final Pattern HARMLESS =
      Pattern.compile("( -[eu]+| -[eu]*o (errexit|nounset|pipefail))*");
  private static final Set<Path> SHELLS =
      Stream.of(HostSettings.DEFAULT_PATH.split(":", -1))
          .flatMap(
              folder -> Stream.of("sh", "bash", "dash", "ash").map(name -> Path.of(folder, name)))
          .collect(Collectors.toUnmodifiableSet());

  private final Spawner spawner;
  private final Map<Path, Optional<String>> options = new ConcurrentHashMap<>();
  private final String option;

  /**
   * Finds out how it is done here.
   *
   * @throws DriverException if it cannot be done
   */
  Marking(Spawner spawner) {
    this.spawner = spawner;
    this.option =
        option(SH)
            .orElseThrow(
                () ->
                    new DriverException(
                        "processes cannot be marked here: the limit on file locks"
                            + " (ulimit -w or -x) is taken",
                        null));
  }

  /**
   * A command that marks itself and becomes another one.
   *
   * @param exec how it does that: shell code to which the command is the arguments
   */
  List<String> around(List<String> command, String exec, Mark mark) {
    var all = new ArrayList<>(List.of("/bin/sh", "-c", set(option, mark) + exec, "millrace"));
    all.addAll(command);
    return all;
  }

  /**
   * What makes a script mark its process; it belongs before the first line, and on it, so that no
   * line has another number. Empty if it is not certain that it would be the first thing to run.
   *
   * @param shell a program by its absolute path, and its arguments, to which the script's is added
   */
  Optional<String> within(List<String> shell, Map<String, String> environment, Mark mark) {
    Path program = Path.of(shell.getFirst());
    String arguments =
        shell.stream().skip(1).map(argument -> " " + argument).collect(Collectors.joining());
    return SHELLS.contains(program)
            && HARMLESS.matcher(arguments).matches()
            && environment.keySet().stream().noneMatch(Marking::isRead)
        ? options.computeIfAbsent(program, this::option).map(known -> set(known, mark))
        : Optional.empty();
  }

  // Variables that bring functions, options or scripts.
  private static boolean isRead(String variable) {
    return variable.startsWith("BASH") || variable.equals("ENV") || variable.equals("SHELLOPTS");
  }

  private static String set(String option, Mark mark) {
    return "ulimit %s %d || exit 126; ".formatted(option, mark.value());
  }

  // The one with which this shell does it.
  private Optional<String> option(Path shell) {
    Mark mark = Mark.of(100_000_000, 0);
    return OPTIONS.stream()
        .filter(
            candidate -> {
              String script = set(candidate, mark) + "ulimit " + candidate;
              return said(List.of(shell.toString(), "-c", script)).equals(mark.value() + "\n");
            })
        .findFirst();
  }

  private String said(List<String> command) {
    try {
      Map<String, String> nothing = Map.of("PATH", HostSettings.DEFAULT_PATH);
      try (InputStream output = spawner.spawn(command, nothing, ROOT, null).getInputStream()) {
        return new String(output.readAllBytes(), StandardCharsets.UTF_8);
      }
    } catch (IOException e) {
      throw new DriverException("cannot start " + command.getFirst() + ": " + e.getMessage(), e);
    }
  }
}
