package dev.millrace.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * What the processors of this machine have done since it started, in ticks; see proc(5). A virtual
 * machine sees here how much of its time its host has given to others: figures of such a round say
 * little.
 *
 * @param stolen ticks in which this machine wanted to run and was not let
 */
record MachineTime(long worked, long idle, long stolen) {

  static MachineTime now() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/stat"))) {
      // cpu user nice system idle iowait irq softirq steal
      long[] ticks =
          lines.findFirst().stream()
              .flatMap(line -> Arrays.stream(line.split(" +")).skip(1))
              .mapToLong(Long::parseLong)
              .toArray();
      return new MachineTime(
          ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6], ticks[3] + ticks[4], ticks[7]);
    }
  }

  /** What all programs together have worked since then, in milliseconds; ticks are 10 ms. */
  double workedMillis(MachineTime before) {
    return (worked - before.worked) * 10.0;
  }

  /** For people: what it has done since then. */
  String since(MachineTime before) {
    long work = worked - before.worked;
    long stolenSince = stolen - before.stolen;
    long all = work + idle - before.idle + stolenSince;
    return String.format(
        Locale.ROOT,
        "the machine worked %.0f %% of the time, and its host gave %.0f %% to others",
        100.0 * work / all,
        100.0 * stolenSince / all);
  }
}
