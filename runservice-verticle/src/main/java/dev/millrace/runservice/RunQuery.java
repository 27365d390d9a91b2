package dev.millrace.runservice;

import dev.millrace.events.RootGroup;
import dev.millrace.events.run.RunPhase;
import dev.millrace.events.run.RunResult;
import dev.millrace.http.ProblemException;
import dev.millrace.http.Request;
import dev.millrace.storage.index.RunFilter;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which runs are wanted.
 *
 * @param roots only runs of one of these; empty: of any
 * @param filter only runs that it matches; null: none at all
 * @param onlyActive whether only runs that have not ended are wanted
 * @param counted whether it is to be told how many there are of all of them
 * @param before only runs that come after this when the newest is first
 */
record RunQuery(
    Set<RootGroup> roots,
    @Nullable RunFilter filter,
    boolean onlyActive,
    boolean counted,
    @Nullable Cursor before,
    int limit) {
  private static final int LIMIT = 25;
  private static final int MOST = 100;

  /** Reads the parameters of a request; 400 if they are not well-formed. */
  static RunQuery of(Request request) {
    Set<RootGroup> roots = several(request, "root", RootGroup::parse);
    Set<RunPhase> phases = several(request, "phase", text -> named(RunPhase.values(), text));
    Set<RunResult> results = several(request, "result", text -> named(RunResult.values(), text));
    Set<String> wanted = within(request.query("group").orElse(""));
    Set<String> groups = groups(roots, wanted);
    var filter =
        new RunFilter(
            groups,
            names(phases),
            names(results),
            request.query("name").orElse(null),
            request.query("branch").orElse(null),
            request.query("author").orElse(null),
            request.query("trigger").orElse(null),
            request
                .query("text")
                .map(text -> parsed("text", text, RunFilter::checkText))
                .orElse(null),
            time(request, "since"),
            time(request, "until"));
    boolean none = groups.isEmpty() && !(roots.isEmpty() && wanted.isEmpty());
    return new RunQuery(
        roots,
        none ? null : filter,
        !phases.isEmpty() && phases.stream().noneMatch(RunPhase::ended),
        request.query("count").map(text -> parsed("count", text, RunQuery::flag)).orElse(false),
        request.query("before").map(text -> before(text, roots)).orElse(null),
        (int) request.queryNumber("limit", LIMIT, 1, MOST));
  }

  /** What is below one of the root groups and below one of the groups, if these are wanted. */
  private static Set<String> groups(Set<RootGroup> roots, Set<String> groups) {
    Set<String> all = roots.stream().map(root -> "/" + root).collect(Collectors.toSet());
    if (groups.isEmpty() || all.isEmpty()) {
      return groups.isEmpty() ? all : groups;
    }
    Set<String> both = new HashSet<>();
    for (String root : all) {
      for (String group : groups) {
        if (RunFilter.isWithin(root, group)) {
          both.add(root);
        } else if (RunFilter.isWithin(group, root)) {
          both.add(group);
        }
      }
    }
    return both;
  }

  private static Set<String> names(Set<? extends Enum<?>> values) {
    return values.stream().map(Enum::name).collect(Collectors.toSet());
  }

  /**
   * Paths that are joined by commas, without a slash at their end; empty if one of them is above
   * all. Each begins with a slash, so that a comma in a name is one.
   */
  private static Set<String> within(String text) {
    Set<String> paths =
        Arrays.stream(text.split(",(?=/)"))
            .map(path -> path.replaceFirst("/+$", ""))
            .collect(Collectors.toSet());
    return paths.contains("") ? Set.of() : paths;
  }

  private static boolean flag(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("it is true or false");
    };
  }

  private static @Nullable Instant time(Request request, String name) {
    return request.query(name).map(text -> parsed(name, text, RunQuery::time)).orElse(null);
  }

  private static Instant time(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("it is a time like 2026-01-31T12:00:00Z", e);
    }
  }

  private static Cursor before(String text, Set<RootGroup> roots) {
    boolean number = text.chars().allMatch(c -> c >= '0' && c <= '9');
    String id = number && roots.size() == 1 ? roots.iterator().next() + "/" + text : text;
    return parsed("before", id, Cursor::parse);
  }

  private static <T> Set<T> several(Request request, String name, Function<String, T> parse) {
    return request.query(name).stream()
        .flatMap(all -> Arrays.stream(all.split(",")))
        .map(text -> parsed(name, text, parse))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static <T extends Enum<T>> T named(T[] all, String text) {
    return Arrays.stream(all)
        .filter(one -> one.name().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    Arrays.stream(all)
                        .map(Enum::name)
                        .collect(Collectors.joining(", ", "it is one of ", ""))));
  }

  private static <T> T parsed(String name, String text, Function<String, T> parse) {
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException e) {
      throw ProblemException.badRequest(
          "%s cannot be \"%s\": %s".formatted(name, text, e.getMessage()));
    }
  }
}
