package dev.millrace.executor.drivers;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongPredicate;

/** Finds and ends processes by their {@link Mark}. */
final class Processes {
  private static final Path PROC = Path.of("/proc");
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration PAUSE = Duration.ofMillis(1);
  private static final int UNSURE = 50;
  // So many numbers are tried sooner than all processes are listed.
  private static final int FEW = 256;
  private static final Births EVER = new Births(0, 0);

  private Processes() {}

  /** A living process. */
  record Found(int pid, int parent) {}

  /**
   * Ends all that carry such a mark, and what they start meanwhile. Returns once none is left.
   *
   * @throws DriverException if some cannot be ended
   */
  static void end(LongPredicate marks) {
    end(marks, EVER);
  }

  /** As {@link #end(LongPredicate)}, for those that were started after a moment. */
  static void end(LongPredicate marks, Births after) {
    long began = System.nanoTime();
    int unsure = 0;
    Births since = after;
    while (true) {
      Births now = Births.now();
      Scan scan = scan(marks, since, found -> Signals.send(found.pid(), Signals.KILL));
      if (scan.found().isEmpty()) {
        if (scan.sure() || ++unsure == UNSURE) {
          return;
        }
        // Whoever was there is looked at. A child of one that had gone is younger than the list.
        since = now;
      } else {
        since = after;
        LockSupport.parkNanos(PAUSE.toNanos()); // dying takes a moment
      }
      if (System.nanoTime() - began > PATIENCE.toNanos()) {
        throw new DriverException("cannot end the processes " + scan.found(), null);
      }
    }
  }

  /** All that carry such a mark now. */
  static List<Found> find(LongPredicate marks) {
    return scan(marks, EVER, _ -> {}).found();
  }

  // Not sure: a process had ended when it was looked at, perhaps after having started another one
  // that was not listed yet.
  private record Scan(List<Found> found, boolean sure) {}

  private interface Each {
    void found(Found process);
  }

  private static Scan scan(LongPredicate marks, Births after, Each each) {
    Births now = Births.now();
    return now.numbersSince(after) <= FEW
        ? upwards(marks, after, now, each)
        : all(marks, after, each);
  }

  // Every number that was given since, and then those given meanwhile. One that nobody has any more
  // may have been that of a process which started another one behind the last that was known.
  private static Scan upwards(LongPredicate marks, Births after, Births now, Each each) {
    var found = new ArrayList<Found>();
    Births from = after;
    Births to = now;
    while (to.numbersSince(after) <= FEW) {
      boolean gone = false;
      for (int pid = from.last() + 1; pid <= to.last(); pid++) {
        Look look = isThere(pid) ? look(pid, marks) : new Gone();
        gone |= look instanceof Gone;
        if (look instanceof Marked(Found process)) {
          each.found(process);
          found.add(process);
        }
      }
      from = to;
      to = Births.now();
      if (!gone || to.last() == from.last()) {
        return new Scan(found, true);
      }
    }
    return new Scan(found, false);
  }

  private static Scan all(LongPredicate marks, Births after, Each each) {
    int[] pids = pids(after);
    var found = new ArrayList<Found>();
    boolean sure = true;
    for (int i = pids.length - 1; i >= 0; i--) { // the youngest first: it may run away by forking
      switch (look(pids[i], marks)) {
        case Gone() -> sure = false;
        case Other() -> {}
        case Marked(Found process) -> {
          each.found(process);
          found.add(process);
        }
      }
    }
    return new Scan(found, sure);
  }

  private static boolean isThere(int pid) {
    return PROC.resolve(Integer.toString(pid)).toFile().exists();
  }

  private sealed interface Look {}

  private record Gone() implements Look {}

  private record Other() implements Look {}

  private record Marked(Found process) implements Look {}

  private static Look look(int pid, LongPredicate marks) {
    try {
      String limits = read(pid, "limits");
      if (!marks.test(fileLocks(limits))) {
        return new Other();
      }
      String stat = read(pid, "stat");
      int state = stat.lastIndexOf(')') + 2;
      if ("ZX".indexOf(stat.charAt(state)) >= 0) {
        return new Gone(); // dead, and only not buried
      }
      int end = stat.indexOf(' ', state + 2);
      return new Marked(new Found(pid, Integer.parseInt(stat, state + 2, end, 10)));
    } catch (IOException _) {
      return new Gone(); // a process that ends takes its files with it
    }
  }

  private static String read(int pid, String file) throws IOException {
    String text =
        new String(
            Files.readAllBytes(PROC.resolve(Integer.toString(pid)).resolve(file)),
            StandardCharsets.ISO_8859_1);
    if (text.isEmpty()) {
      throw new IOException("process " + pid + " is gone");
    }
    return text;
  }

  private static long fileLocks(String limits) {
    String name = "Max file locks";
    int at = limits.indexOf(name);
    if (at < 0) {
      return -1;
    }
    int from = at + name.length();
    while (limits.charAt(from) == ' ') {
      from++;
    }
    int to = limits.indexOf(' ', from);
    return Character.isDigit(limits.charAt(from)) ? parse(limits.substring(from, to)) : -1;
  }

  private static long parse(String number) {
    return number.length() > 18 ? -1 : Long.parseLong(number);
  }

  private static int[] pids(Births after) {
    String[] names = new File("/proc").list();
    if (names == null) {
      throw new DriverException("there is no /proc here: this needs Linux", null);
    }
    return Arrays.stream(names)
        .filter(name -> Character.isDigit(name.charAt(0)))
        .mapToInt(Integer::parseInt)
        .filter(after.candidates(Births.now()))
        .sorted()
        .toArray();
  }
}
