package dev.millrace.verification.simulation;

import dev.millrace.events.RunId;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ConcurrencyKey;
import dev.millrace.events.run.ExecutorRef;
import dev.millrace.events.run.RunEvent;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the events of one partition promise, counted from the events alone. */
final class Lanes {
  private final Map<RunId, ConcurrencyKey> keys = new HashMap<>();
  private final Map<ConcurrencyKey, RunId> running = new HashMap<>();
  private final Map<AttemptRef, ExecutorRef> open = new HashMap<>();
  private final Map<AttemptRef, ExecutorRef> claims = new HashMap<>();
  private final Set<AttemptRef> ended = new HashSet<>();
  private final Map<RunId, Long> stopping = new HashMap<>();
  private final Set<String> assigned = new HashSet<>();

  void take(RunEvent event, long nanos) {
    switch (event) {
      case RunEvent.RunCreated e ->
          Violation.unless(
              keys.put(e.run(), ConcurrencyKey.of(e.spec())) == null, "%s exists twice", e.run());
      case RunEvent.RunStarted e -> {
        RunId other = running.put(key(e.run()), e.run());
        Violation.unless(other == null, "%s was started while %s ran", e.run(), other);
      }
      case RunEvent.RunStopping e -> stopping.put(e.run(), nanos);
      case RunEvent.RunFinished e -> finished(e.run());
      case RunEvent.TaskAssigned e -> {
        assigned.add(assignment(e.attempt(), e.executor()));
        ExecutorRef other = open.put(e.attempt(), e.executor());
        Violation.unless(other == null, "%s was assigned while %s has it", e, other);
      }
      case RunEvent.TaskUnassigned e -> {
        Violation.unless(!claims.containsKey(e.attempt()), "%s was claimed, but: %s", e, claims);
        Violation.unless(open.remove(e.attempt(), e.executor()), "%s, but not assigned", e);
      }
      case RunEvent.TaskClaimed e -> {
        ExecutorRef other = claims.put(e.attempt(), e.executor());
        Violation.unless(other == null, "%s was claimed by %s before", e, other);
        Violation.unless(e.executor().equals(open.get(e.attempt())), "%s, but not assigned", e);
      }
      case RunEvent.TaskFinished e -> {
        Violation.unless(claims.containsKey(e.attempt()), "%s ended unclaimed", e.attempt());
        Violation.unless(ended.add(e.attempt()), "%s ended twice", e.attempt());
        open.remove(e.attempt());
      }
      case RunEvent _ -> {}
    }
  }

  private void finished(RunId run) {
    Violation.unless(running.remove(key(run), run), "%s ended but did not run", run);
    stopping.remove(run);
    for (AttemptRef attempt : open.keySet()) {
      Violation.unless(!attempt.run().equals(run), "%s ended before %s", run, attempt);
    }
  }

  /** Who has claimed the attempt. */
  @Nullable ExecutorRef claim(AttemptRef attempt) {
    return claims.get(attempt);
  }

  boolean ended(AttemptRef attempt) {
    return ended.contains(attempt);
  }

  /** Whether the attempt was given to the executor, at some time. */
  boolean assigned(AttemptRef attempt, ExecutorRef executor) {
    return assigned.contains(assignment(attempt, executor));
  }

  /** The runs that are stopping, and since when. */
  Map<RunId, Long> stopping() {
    return stopping;
  }

  private static String assignment(AttemptRef attempt, ExecutorRef executor) {
    return attempt + " " + executor;
  }

  private ConcurrencyKey key(RunId run) {
    ConcurrencyKey key = keys.get(run);
    if (key == null) {
      throw new Violation("there is no " + run);
    }
    return key;
  }
}
