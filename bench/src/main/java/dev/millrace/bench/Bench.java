package dev.millrace.bench;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Runs one benchmark in three rounds and prints the medians on standard output, one line {@code
 * name<TAB>value<TAB>unit} a figure; everything else goes to standard error. Called by {@code
 * bench/run NAME}; {@code -Dbench.rounds=N} changes the number of rounds.
 */
public final class Bench {
  private Bench() {}

  private static Map<String, Benchmark> benchmarks() {
    Map<String, Benchmark> all = new LinkedHashMap<>();
    all.put("latency", new LatencyBenchmark());
    all.put("throughput", new ThroughputBenchmark());
    all.put("overload", new OverloadBenchmark());
    all.put("start", new StartBenchmark());
    all.put("restart", new RestartBenchmark());
    all.put("ledger", new LedgerBenchmark());
    all.put("floor", new FloorBenchmark());
    all.put("index", new IndexBenchmark());
    all.put("logs", new LogsBenchmark());
    all.put("archive", new ArchiveBenchmark());
    all.put("export", new ExportBenchmark());
    all.put("cluster", new ClusterBenchmark());
    all.put("takeover", new TakeoverBenchmark());
    return all;
  }

  /** Exit status 2 for a wrong call, 1 for a benchmark that failed. */
  public static void main(String[] args) throws Exception {
    var benchmarks = benchmarks();
    Benchmark chosen = args.length == 1 ? benchmarks.get(args[0]) : null;
    if (chosen == null) {
      System.err.println("usage: bench/run NAME, where NAME is one of " + benchmarks.keySet());
      System.exit(2);
      return;
    }
    var figures = new Figures();
    int rounds = Integer.getInteger("bench.rounds", 3);
    for (int round = 1; round <= rounds; round++) {
      System.err.printf("%s: round %d of %d%n", args[0], round, rounds);
      System.err.printf(
          Locale.ROOT,
          "  a processor makes %.0f million steps a second%n",
          Yardstick.millionStepsPerSecond());
      var before = MachineTime.now();
      chosen.measure(figures);
      System.err.println("  " + MachineTime.now().since(before));
    }
    figures.print(System.out);
  }
}
