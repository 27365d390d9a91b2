package dev.millrace.verification.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

final class Seeds {
  public static void main(String[] args) {
    SimulationTest.quiet();
    long from = Long.parseLong(args[0]);
    long to = Long.parseLong(args[1]);
    if (args.length > 3) {
      MutationsTest.mutations().filter(a -> ((String) a.get()[0]).matches(args[3])).forEach(a -> run((String) a.get()[0], (Mutation) a.get()[1], from, to, false));
    } else {
      run("none", Mutation.NONE, from, to, args.length > 2);
    }
  }

  static void run(String name, Mutation mutation, long from, long to, boolean tally) {
    long begin = System.nanoTime();
    long c0 = ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis();
    var all = new Tally();
    List<String> bad = new ArrayList<>();
        LongStream.range(from, to)
            .parallel()
            .forEach(
                s -> {
                  try {
                    all.add(World.run(s, mutation));
                  } catch (RuntimeException | AssertionError e) {
                    if (to - from == 1) {
                      e.printStackTrace(System.out);
                    }
                    synchronized (bad) { bad.add(s + ": " + e); }
                    if (mutation == Mutation.NONE) System.out.println(s + ": " + e);
                  }
                });
    System.out.println(name + " " +
        bad.size() + " bad in " + (System.nanoTime() - begin) / 1_000_000 + " ms, cpu "
            + (ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis() - c0) + (bad.isEmpty() ? "" : " e.g. " + bad.get(0)));
    if (tally) {
      all.all().forEach((what, n) -> System.out.println(n + "\t" + what));
    }
  }
}
