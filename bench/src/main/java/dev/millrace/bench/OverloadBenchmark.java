package dev.millrace.bench;

import dev.millrace.verification.installation.Installation;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * What becomes of a server that is offered three times as many runs as it can take: how long those
 * wait that it takes, how many it refuses, and how soon all is well again.
 */
final class OverloadBenchmark implements Benchmark {
  private static final int WARM_UP = Integer.getInteger("bench.warm", 30_000);
  private static final int AT_ONCE = Integer.getInteger("bench.atonce", 32);
  private static final int CAPACITY_RUNS = Integer.getInteger("bench.runs", 10_000);
  private static final double UNLOADED_PER_SECOND = 50;
  private static final double UNLOADED_SECONDS = 20;
  private static final double TIMES = 3;
  private static final double OVERLOAD_SECONDS = 20;
  private static final double RECOVERY_SECONDS = 15;
  private static final int WELL_AGAIN = 50;
  private static final double TOLERATED = 5;

  @Override
  public void measure(Figures figures) throws Exception {
    try (var installation = Installation.create()) {
      var server = installation.upAndReady("--driver", "dummy", "--slots", "256");
      var api = server.api();
      var projects = IntStream.range(0, 32).mapToObj(i -> "bench-" + i).toList();
      for (String project : projects) {
        api.createProject(project);
      }
      try (var offered = new Offered(installation.uri(), installation.token(), projects)) {
        offered.closely(AT_ONCE, WARM_UP);
        api.awaitQuiet(projects);
        var close = offered.closely(AT_ONCE, CAPACITY_RUNS);
        tell("capacity", close);
        double capacity = close.acceptedPerSecond();
        api.awaitQuiet(projects);
        figures.add("capacity", capacity, "runs/s");
        var unloaded = offered.openly(UNLOADED_PER_SECOND, UNLOADED_SECONDS);
        tell("unloaded", unloaded);
        var over = offered.openly(TIMES * capacity, OVERLOAD_SECONDS);
        long end = System.nanoTime();
        tell("overload", over);
        var after = offered.openly(UNLOADED_PER_SECOND, RECOVERY_SECONDS);
        tell("after", after);
        System.err.println("  without answer: " + offered.failures());
        double bound = TOLERATED * unloaded.acceptedMillis(99);
        figures.add("unloaded_p99", unloaded.acceptedMillis(99), "ms");
        figures.add("accepted_p99", over.acceptedMillis(99), "ms");
        figures.add("accepted_ratio", over.acceptedRatio(), "of all");
        figures.add("accepted_per_second", over.acceptedPerSecond(), "runs/s");
        figures.add("refused_per_second", over.refusedPerSecond(), "requests/s");
        figures.add("recovery", recovery(after.all(), end, bound), "s");
      }
    }
  }

  /** From the end of the overload to the first of a second's requests that were all served well. */
  private static double recovery(List<Offered.Answered> after, long end, double boundMillis) {
    var inOrder =
        after.stream().sorted(Comparator.comparingLong(Offered.Answered::sentNanos)).toList();
    int well = 0;
    for (int i = 0; i < inOrder.size(); i++) {
      var one = inOrder.get(i);
      well = one.accepted() && one.micros() <= boundMillis * 1000 ? well + 1 : 0;
      if (well == WELL_AGAIN) {
        return Math.max(0, inOrder.get(i - well + 1).sentNanos() - end) / 1e9;
      }
    }
    throw new IllegalStateException("not well again within " + RECOVERY_SECONDS + " s");
  }

  private static void tell(String phase, Offered.Answers answers) {
    System.err.printf(
        Locale.ROOT,
        "  %s: %.0f accepted/s, %.0f refused/s, %d neither, p50 %.1f, p99 %.1f, max %.1f ms%n",
        phase,
        answers.acceptedPerSecond(),
        answers.refusedPerSecond(),
        answers.other(),
        answers.acceptedMillis(50),
        answers.acceptedMillis(99),
        answers.acceptedMillis(100));
  }
}
