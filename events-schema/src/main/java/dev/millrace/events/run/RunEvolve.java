package dev.millrace.events.run;

import dev.millrace.events.ImpossibleEvent;
import dev.millrace.events.run.RunEvent.DeliverySettled;
import dev.millrace.events.run.RunEvent.OfEnded;
import dev.millrace.events.run.RunEvent.OfRun;
import dev.millrace.events.run.RunEvent.RunCreated;
import dev.millrace.events.run.Runs.Unclaimed;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.pcollections.PSortedSet;

/**
 * What the events of runs mean: pure functions on {@link Runs}, the same on every replica for ever.
 *
 * <p>The state holds the runs that have not ended, and of the others that they were there: after
 * each decision those that it ended are forgotten, see {@link #forgetEnded}.
 */
public final class RunEvolve {
  private RunEvolve() {}

  /**
   * The state after the event. An event of a frozen run changes nothing.
   *
   * @param at the time of the decision that the event belongs to
   * @throws ImpossibleEvent if the event cannot follow on this state
   */
  public static Runs evolve(Runs state, Instant at, RunEvent event) {
    return switch (event) {
      case DeliverySettled e -> settled(state, e);
      case OfEnded e -> {
        Run run = state.run(e.run());
        if (run == null ? !state.hasEnded(e.run()) : !run.phase().ended()) {
          throw new ImpossibleEvent("run %s has not ended".formatted(e.run()));
        }
        yield state; // of what has ended it knows nothing anyway
      }
      case OfRun e -> {
        Run before = state.run(e.run());
        if (before == null) {
          yield state.add(RunLife.begin(state, at, e));
        }
        if (before.frozen() != null) {
          yield state;
        }
        Run after = RunLife.after(before, at, e);
        if (e instanceof RunEvent.RunStarted) {
          free(state, after);
        }
        Runs now = state.replace(before, after);
        PSortedSet<Unclaimed> unclaimed = unclaimed(state, before, after, e);
        yield unclaimed == state.unclaimed() ? now : now.withUnclaimed(unclaimed);
      }
    };
  }

  /**
   * The state without the run that the event is about, if that has ended. Numbers, deliveries and
   * active runs stay.
   */
  public static Runs forgetEnded(Runs state, RunEvent event) {
    Run run = event instanceof OfRun e ? state.run(e.run()) : null;
    return run != null && run.phase().ended() ? state.without(run) : state;
  }

  /**
   * The runs that the events of a decision have ended, as they were at their end.
   *
   * @param after the state after all of these events, before any run was forgotten
   */
  public static List<Run> ended(Runs after, List<RunEvent> events) {
    return events.stream()
        .map(event -> event instanceof OfRun e ? after.run(e.run()) : null)
        .filter(run -> run != null && run.phase().ended())
        .map(Objects::requireNonNull)
        .distinct()
        .toList();
  }

  /**
   * The state in which the run that the event is about is frozen: it stays as it is, keeps its
   * place in its group, and no later event changes it. A run that cannot be created is there,
   * frozen and queued. What is about no run that exists, or about one that has ended, changes
   * nothing.
   */
  public static Runs freeze(Runs state, RunEvent event, String why) {
    return switch (event) {
      case DeliverySettled _, OfEnded _ -> state;
      case OfRun e -> {
        Run run = state.run(e.run());
        if (run == null) {
          yield e instanceof RunCreated created && !state.hasEnded(e.run())
              ? state.add(RunLife.unborn(state, created).frozen(why))
              : state;
        }
        if (run.frozen() != null) {
          yield state;
        }
        PSortedSet<Unclaimed> unclaimed = state.unclaimed();
        for (Unclaimed one : state.unclaimed()) {
          unclaimed = one.attempt().run().equals(run.id()) ? unclaimed.minus(one) : unclaimed;
        }
        yield state.replace(run, run.frozen(why)).withUnclaimed(unclaimed);
      }
    };
  }

  private static void free(Runs state, Run starting) {
    Runs.Lane lane = state.lane(ConcurrencyKey.of(starting.spec()));
    if (lane.running() != null) {
      throw new ImpossibleEvent(
          "run %s cannot start while run %s is running".formatted(starting.id(), lane.running()));
    }
  }

  private static Runs settled(Runs state, DeliverySettled e) {
    if (e.delivery() <= state.root(e.root()).lastDelivery()) {
      throw new ImpossibleEvent(
          "delivery %d of %s is settled already".formatted(e.delivery(), e.root()));
    }
    return state.settled(e.root(), e.delivery());
  }

  private static PSortedSet<Unclaimed> unclaimed(Runs state, Run before, Run after, OfRun event) {
    if (!(event instanceof RunEvent.OfAttempt e)) {
      return state.unclaimed();
    }
    Unclaimed was = unclaimed(before, e.attempt());
    Unclaimed is = unclaimed(after, e.attempt());
    if (Objects.equals(was, is)) {
      return state.unclaimed();
    }
    PSortedSet<Unclaimed> now = was == null ? state.unclaimed() : state.unclaimed().minus(was);
    return is == null ? now : now.plus(is);
  }

  private static @Nullable Unclaimed unclaimed(Run run, AttemptRef ref) {
    Run.Task task = run.tasks().get(ref.task());
    Run.Attempt open = task == null ? null : task.openAttempt();
    return open == null || open.claimed()
        ? null
        : new Unclaimed(open.assignedAt(), ref, open.executor());
  }
}
