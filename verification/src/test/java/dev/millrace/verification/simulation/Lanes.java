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

/** What the events of one partition promise, counted from the events alone. */
final class Lanes {
  private final Map<RunId, ConcurrencyKey> keys = new HashMap<>();
  private final Map<ConcurrencyKey, RunId> running = new HashMap<>();
  private final Map<AttemptRef, ExecutorRef> claims = new HashMap<>();
  private final Set<AttemptRef> ended = new HashSet<>();
  final Set<String> assigned = new HashSet<>();

  void take(RunEvent event) {
    switch (event) {
      case RunEvent.RunCreated e ->
          Violation.unless(
              keys.put(e.run(), ConcurrencyKey.of(e.spec())) == null, "%s exists twice", e.run());
      case RunEvent.RunStarted e -> {
        RunId other = running.put(key(e.run()), e.run());
        Violation.unless(other == null, "%s was started while %s ran", e.run(), other);
      }
      case RunEvent.RunFinished e ->
          Violation.unless(
              running.remove(key(e.run()), e.run()), "%s ended but did not run", e.run());
      case RunEvent.TaskAssigned e -> assigned.add(assignment(e.attempt(), e.executor()));
      case RunEvent.TaskClaimed e -> {
        ExecutorRef other = claims.put(e.attempt(), e.executor());
        Violation.unless(other == null, "%s was claimed by %s before", e, other);
      }
      case RunEvent.TaskFinished e -> {
        Violation.unless(claims.containsKey(e.attempt()), "%s ended unclaimed", e.attempt());
        Violation.unless(ended.add(e.attempt()), "%s ended twice", e.attempt());
      }
      case RunEvent _ -> {}
    }
  }

  boolean claimed(AttemptRef attempt, ExecutorRef by) {
    return by.equals(claims.get(attempt));
  }

  boolean ended(AttemptRef attempt) {
    return ended.contains(attempt);
  }

  static String assignment(AttemptRef attempt, ExecutorRef executor) {
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
