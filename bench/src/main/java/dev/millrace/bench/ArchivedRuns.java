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
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Runs of three tasks that have ended, project by project as an archive has them; the same for the
 * same seed. They have all been cancelled, which is the shortest way to an end.
 */
final class ArchivedRuns implements Iterator<Run> {
  private static final Instant BEGIN = Instant.parse("2024-01-01T00:00:00Z");
  private static final Duration YEARS = Duration.ofDays(1_000);
  private static final List<TaskSpec> TASKS =
      Stream.of("build", "test", "publish").map(ArchivedRuns::task).toList();

  private final Iterator<Project> projects;
  private Project project = new Project(RootGroup.of(new ProjectId("none")), 0, 0);
  private Random random = new Random(0);
  private Runs state = Runs.EMPTY;
  private Instant at = BEGIN;
  private int number;

  private record Project(RootGroup root, int runs, long seed) {}

  private ArchivedRuns(List<Project> projects) {
    this.projects = projects.iterator();
  }

  /** So many, or a few less, of two thousand projects; one of them is in memory at a time. */
  static Stream<Run> sorted(int count) {
    double harmonic =
        IntStream.rangeClosed(1, IndexedRuns.PROJECTS).mapToDouble(n -> 1.0 / n).sum();
    return stream(
        IntStream.rangeClosed(1, IndexedRuns.PROJECTS)
            .mapToObj(n -> project("a" + n, (int) (count / (n * harmonic)), n))
            .filter(project -> project.runs() > 0)
            .sorted(Comparator.comparing((Project project) -> project.root() + "/"))
            .toList());
  }

  /** So many of one more project. */
  static Stream<Run> more(int count, int number) {
    return stream(List.of(project("more" + number, count, number)));
  }

  private static Stream<Run> stream(List<Project> projects) {
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(new ArchivedRuns(projects), Spliterator.ORDERED),
        false);
  }

  private static Project project(String id, int runs, long seed) {
    return new Project(RootGroup.of(new ProjectId(id)), runs, seed);
  }

  private static TaskSpec task(String name) {
    var step = new Step.Run("do it", "make " + name + "\n./check --all\n", Map.of(), null, null);
    return new TaskSpec(name, List.of(), Map.of(), null, null, false, false, false, List.of(step));
  }

  @Override
  public boolean hasNext() {
    return number < project.runs() || projects.hasNext();
  }

  @Override
  public Run next() {
    if (number == project.runs()) {
      project = projects.next();
      random = new Random(project.seed());
      state = Runs.EMPTY;
      at = BEGIN;
      number = 0;
    }
    number++;
    at = at.plusMillis(random.nextLong(2 * YEARS.toMillis() / project.runs()));
    var id = new RunId(project.root(), number);
    var cancelled = new RunCancelled(id);
    Runs created = RunEvolve.evolve(state, at, new RunCreated(id, spec(project, random)));
    Runs ended = RunEvolve.evolve(created, at.plusSeconds(5), cancelled);
    state = RunEvolve.forgetEnded(ended, cancelled);
    return Objects.requireNonNull(ended.run(id));
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
