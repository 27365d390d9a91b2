package dev.millrace.events.run;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * One task of a run as it is wished for. Its name is its id within the run.
 *
 * @param needsApproval it waits for a person before it starts
 * @param skip it does not take part; its dependants see it as skipped
 * @param ignoreFailure its failure does not fail the run
 * @param shell what the commands of {@code run} steps are given to, split on spaces; null: {@code
 *     /bin/sh -e}
 * @param workingDir where steps start, relative to the workspace; null: the workspace's project
 *     folder
 */
public record TaskSpec(
    String name,
    List<Dependency> depends,
    Map<String, String> environment,
    @Nullable String workingDir,
    @Nullable String shell,
    boolean needsApproval,
    boolean ignoreFailure,
    boolean skip,
    List<Step> steps) {

  public TaskSpec {
    depends = List.copyOf(depends);
    environment = Copies.ordered(environment);
    steps = List.copyOf(steps);
  }

  /**
   * What has to have become of another task before this one starts.
   *
   * @param conditions one of them has to hold; never empty
   */
  public record Dependency(String task, List<Condition> conditions) {
    public Dependency {
      conditions = conditions.isEmpty() ? List.of(Condition.on_success) : List.copyOf(conditions);
    }
  }

  /** How the other task has to have ended. */
  public enum Condition {
    on_success,
    on_failure,
    on_skipped
  }

  /** One thing that a task does. On the wire a {@code type} tells which. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Step.Clone.class, name = "clone"),
    @JsonSubTypes.Type(value = Step.Run.class, name = "run")
  })
  public sealed interface Step {
    /** What a person sees. */
    String name();

    /**
     * Fetches the run's commit into the working folder.
     *
     * @param depth how many commits of history; null: all
     */
    record Clone(String name, @Nullable Integer depth, boolean recurseSubmodules) implements Step {}

    /** Gives the command to the shell. Null fields: as in the task. */
    record Run(
        String name,
        String command,
        Map<String, String> environment,
        @Nullable String workingDir,
        @Nullable String shell)
        implements Step {
      public Run {
        environment = Copies.ordered(environment);
      }
    }
  }

  static final class Copies {
    // Most maps of a run are empty, and many runs may be active.
    private static final SequencedMap<Object, Object> EMPTY =
        java.util.Collections.unmodifiableSequencedMap(new java.util.LinkedHashMap<>());

    private Copies() {}

    /** An unmodifiable copy that keeps its order, so that equal states have equal bytes. */
    @SuppressWarnings("unchecked") // nothing is in it, of whatever type
    static <K, V> SequencedMap<K, V> ordered(Map<K, V> map) {
      if (map.isEmpty()) {
        return (SequencedMap<K, V>) EMPTY;
      }
      return java.util.Collections.unmodifiableSequencedMap(new java.util.LinkedHashMap<>(map));
    }
  }
}
