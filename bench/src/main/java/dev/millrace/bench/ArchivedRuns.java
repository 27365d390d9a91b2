package dev.millrace.bench;

import dev.millrace.events.ProjectId;
import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.RunEvent.RunCancelled;
import dev.millrace.events.run.RunEvent.RunCreated;
import dev.millrace.events.run.RunEvolve;
import dev.millrace.events.run.RunSpec;
import dev.millrace.events.run.Runs;
import dev.millrace.events.run.TaskSpec;
import dev.millrace.events.run.TaskSpec.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Runs of three tasks that have ended, project by project as an archive has them; the same for the
 * same seed. They have all been cancelled, which is the shortest way to an end.
 */
final class ArchivedRuns {
  private static final Instant BEGIN = Instant.parse("2024-01-01T00:00:00Z");
  private static final Duration YEARS = Duration.ofDays(1_000);
  private static final List<TaskSpec> TASKS =
      Stream.of("build", "test", "publish").map(ArchivedRuns::task).toList();

  private ArchivedRuns() {}

  private static TaskSpec task(String name) {
    var step = new Step.Run("do it", "make " + name + "\n./check --all\n", Map.of(), null, null);
    return new TaskSpec(name, List.of(), Map.of(), null, null, false, false, false, List.of(step));
  }

  private record Project(RootGroup root, int runs, long seed) {}

  /** So many, or a few less, of two thousand projects. */
  static Stream<Run> sorted(int count) {
    double harmonic =
        IntStream.rangeClosed(1, IndexedRuns.PROJECTS).mapToDouble(n -> 1.0 / n).sum();
    return IntStream.rangeClosed(1, IndexedRuns.PROJECTS)
        .mapToObj(n -> project("a" + n, (int) (count / (n * harmonic)), n))
        .sorted(Comparator.comparing((Project project) -> project.root() + "/"))
        .flatMap(ArchivedRuns::runs);
  }

  /** So many of one more project. */
  static Stream<Run> more(int count, int number) {
    return runs(project("more" + number, count, number));
  }

  private static Project project(String id, int runs, long seed) {
    return new Project(RootGroup.of(new ProjectId(id)), runs, seed);
  }

  private static Stream<Run> runs(Project project) {
    var random = new Random(project.seed());
    var state = new Runs[] {Runs.EMPTY};
    Instant[] at = {BEGIN};
    return IntStream.rangeClosed(1, project.runs())
        .mapToObj(
            number -> {
              var id = new RunId(project.root(), number);
              at[0] = at[0].plusMillis(random.nextLong(2 * YEARS.toMillis() / project.runs()));
              var cancelled = new RunCancelled(id);
              Runs created =
                  RunEvolve.evolve(state[0], at[0], new RunCreated(id, spec(project, random)));
              Runs ended = RunEvolve.evolve(created, at[0].plusSeconds(5), cancelled);
              state[0] = RunEvolve.forgetEnded(ended, cancelled);
              return Objects.requireNonNull(ended.run(id));
            });
  }

  private static RunSpec spec(Project project, Random random) {
    String branch = IndexedRuns.branch(random.nextInt(10));
    return new RunSpec(
        IndexedRuns.name(random.nextInt(200)),
        "/%s/branch/%s".formatted(project.root(), branch.replace("/", "%2F")),
        Map.of(
            "branch",
            branch,
            "author",
            IndexedRuns.author(random.nextInt(500)),
            "trigger",
            "push",
            "commit",
            "%016x%016x".formatted(random.nextLong(), random.nextLong())),
        List.of(),
        Map.of("MILLRACE_COMMIT", "%016x".formatted(random.nextLong())),
        Map.of(),
        TASKS);
  }
}
