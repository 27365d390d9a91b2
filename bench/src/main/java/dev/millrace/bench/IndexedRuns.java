package dev.millrace.bench;

import dev.millrace.storage.index.IndexedRun;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Runs as a company has them, the same for the same seed: projects and branches by Zipf's law, some
 * years of pushes, oldest first.
 */
final class IndexedRuns {
  static final int PROJECTS = 2_000;
  private static final int BRANCHES = 10; // a project: 20,000 groups in all
  private static final int AUTHORS = 500;
  private static final int NAMES = 200;
  private static final Instant BEGIN = Instant.parse("2024-01-01T00:00:00Z");
  private static final Duration APART = Duration.ofMinutes(2);

  private final Random random;
  private final List<String> projects = new ArrayList<>();
  private final long[] numbers = new long[PROJECTS];
  private final double[] projectShares = shares(PROJECTS);
  private final double[] branchShares = shares(BRANCHES);
  private Instant now = BEGIN;

  IndexedRuns(long seed) {
    this.random = new Random(seed);
    for (int i = 0; i < PROJECTS; i++) {
      projects.add("/project/" + Long.toString(random.nextLong(1L << 50), 36));
    }
  }

  /** The path of a project's runs; the lower the number, the more it has. */
  String project(int number) {
    return projects.get(number);
  }

  static String branch(int number) {
    return number == 0 ? "main" : "feature/PROJ-" + 7 * number;
  }

  static String author(int number) {
    return "author" + number + " Surname" + number * 31 % AUTHORS;
  }

  static String name(int number) {
    return "pipeline " + number;
  }

  /** The time of the last one that was made. */
  Instant now() {
    return now;
  }

  IndexedRun next() {
    now = now.plusMillis((long) (-Math.log(1 - random.nextDouble()) * APART.toMillis()));
    int project = pick(projectShares);
    String branch = branch(pick(branchShares));
    int kind = random.nextInt(100);
    String phase = kind < 2 ? "setuperror" : kind < 4 ? "cancelled" : "finished";
    boolean finished = phase.equals("finished");
    Instant started = finished ? now.plusMillis(spread(2_000)) : null;
    return new IndexedRun(
        project(project) + "/branch/" + branch.replace("/", "%2F"),
        ++numbers[project],
        name(random.nextInt(NAMES)),
        phase,
        finished ? (kind < 20 ? "failed" : kind < 23 ? "stopped" : "success") : "unknown",
        now,
        started,
        started == null ? now : started.plusMillis(spread(120_000)),
        branch,
        author(random.nextInt(AUTHORS)),
        kind % 10 == 0 ? "api" : "push");
  }

  /** Log-normal around a median: most are near it, some take much longer. */
  private long spread(double median) {
    return (long) (median * Math.exp(random.nextGaussian()));
  }

  private int pick(double[] shares) {
    double at = random.nextDouble();
    int low = 0;
    int high = shares.length - 1;
    while (low < high) {
      int middle = (low + high) / 2;
      if (shares[middle] < at) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Which part of all have the first so many: the share of the n-th is proportional to 1/n. */
  private static double[] shares(int count) {
    double[] shares = new double[count];
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += 1.0 / (i + 1);
      shares[i] = sum;
    }
    for (int i = 0; i < count; i++) {
      shares[i] /= sum;
    }
    return shares;
  }

  /** The same with nothing in it that most lists do not show. */
  static IndexedRun least(IndexedRun run) {
    return new IndexedRun(
        run.group(),
        run.number(),
        "",
        run.phase(),
        run.result(),
        run.createdAt(),
        run.startedAt(),
        run.endedAt(),
        null,
        null,
        null);
  }
}
