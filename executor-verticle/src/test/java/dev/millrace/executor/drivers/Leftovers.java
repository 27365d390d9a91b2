package dev.millrace.executor.drivers;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/** Finds processes by an argument that no others have: not the way in which the driver does. */
final class Leftovers {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private Leftovers() {}

  /** A number of seconds for {@code sleep} that nobody else sleeps. */
  static String token() {
    return "%d.%d%d".formatted(40_000, ProcessHandle.current().pid(), COUNT.incrementAndGet());
  }

  /** The command lines of living processes that have the token in them. */
  static List<String> of(String token) {
    var found = new ArrayList<String>();
    for (String name : Objects.requireNonNull(new File("/proc").list())) {
      if (Character.isDigit(name.charAt(0))) {
        String line = commandLine(name);
        if (line.contains(token)) {
          found.add(name + ": " + line.replace('\0', ' '));
        }
      }
    }
    return found;
  }

  private static String commandLine(String pid) {
    try {
      return Files.readString(Path.of("/proc", pid, "cmdline"), StandardCharsets.ISO_8859_1);
    } catch (IOException _) {
      return ""; // it has ended meanwhile
    }
  }
}
