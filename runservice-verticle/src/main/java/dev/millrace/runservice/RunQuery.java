package dev.millrace.runservice;

import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.RunPhase;
import dev.millrace.events.run.RunResult;
import dev.millrace.http.ProblemException;
import dev.millrace.http.Request;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which runs are wanted. Empty sets and null: any.
 *
 * @param group path of a group: its runs and those of the groups beneath it
 * @param words each is the beginning of a word of name, branch or author
 * @param since created then or later
 * @param until created before
 * @param before only runs that come after this one when the newest is first
 */
record RunQuery(
    Set<RootGroup> roots,
    Set<RunPhase> phases,
    Set<RunResult> results,
    @Nullable String group,
    @Nullable String name,
    @Nullable String branch,
    @Nullable String author,
    List<String> words,
    @Nullable Instant since,
    @Nullable Instant until,
    @Nullable RunId before,
    int limit) {
  private static final int LIMIT = 25;
  private static final int MOST = 100;

  /** Reads the parameters of a request; 400 if they are not well-formed. */
  static RunQuery of(Request request) {
    Set<RootGroup> roots = several(request, "root", RootGroup::parse);
    return new RunQuery(
        roots,
        several(request, "phase", text -> named(RunPhase.values(), text)),
        several(request, "result", text -> named(RunResult.values(), text)),
        request.query("group").orElse(null),
        request.query("name").orElse(null),
        request.query("branch").orElse(null),
        request.query("author").orElse(null),
        RunText.words(request.query("text").orElse("")),
        time(request, "since"),
        time(request, "until"),
        request.query("before").map(text -> before(text, roots)).orElse(null),
        (int) request.queryNumber("limit", LIMIT, 1, MOST));
  }

  boolean matches(Run run) {
    return (roots.isEmpty() || roots.contains(run.id().root()))
        && (phases.isEmpty() || phases.contains(run.phase()))
        && (results.isEmpty() || results.contains(run.result()))
        && (group == null || within(run.spec().group(), group))
        && (name == null || name.equals(run.spec().name()))
        && (branch == null || branch.equals(RunText.branch(run.spec())))
        && (author == null || author.equals(RunText.author(run.spec())))
        && !tooOld(run)
        && (until == null || run.createdAt().isBefore(until))
        && RunText.speaksOf(run.spec(), words);
  }

  /** Whether it was created before all that are wanted. */
  boolean tooOld(Run run) {
    return since != null && run.createdAt().isBefore(since);
  }

  /** Whether only runs that have not ended are wanted. */
  boolean onlyActive() {
    return !phases.isEmpty() && phases.stream().noneMatch(RunPhase::ended);
  }

  private static boolean within(String path, String group) {
    return path.equals(group) || path.startsWith(group.endsWith("/") ? group : group + "/");
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

  private static RunId before(String text, Set<RootGroup> roots) {
    boolean number = text.chars().allMatch(c -> c >= '0' && c <= '9');
    String id = number && roots.size() == 1 ? roots.iterator().next() + "/" + text : text;
    return parsed("before", id, RunId::parse);
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
