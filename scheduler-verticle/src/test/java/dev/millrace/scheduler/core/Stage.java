package dev.millrace.scheduler.core;

import static java.time.Instant.EPOCH;

import dev.millrace.events.CommandId;
import dev.millrace.events.ExecutorId;
import dev.millrace.events.LedgerRecord.Cause;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.Outcome;
import dev.millrace.events.ProjectId;
import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ExecutorRef;
import dev.millrace.events.run.ExecutorStatus;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.RunEvolve;
import dev.millrace.events.run.RunSpec;
import dev.millrace.events.run.Runs;
import dev.millrace.events.run.TaskSpec;
import dev.millrace.events.run.TaskSpec.Condition;
import dev.millrace.events.run.TaskSpec.Dependency;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A scheduler and the one partition that it follows, written by hand. */
final class Stage {
  static final RootGroup ROOT = RootGroup.of(new ProjectId("p"));
  static final Duration LEASE = Duration.ofSeconds(10);
  static final Duration KILL = Duration.ofSeconds(2);
  static final Duration TERM = LEASE.plus(KILL);

  private final Map<RunCommand, CommandId> ids = new HashMap<>();
  private final List<Action.LookForSigns> looks = new ArrayList<>();
  private Scheduler scheduler = newScheduler();
  private Runs runs = Runs.EMPTY;
  private long n;
  private int made;
  long now = 1_000_000_000_000L;

  private Scheduler newScheduler() {
    return new Scheduler(1, Patience.DEFAULT, () -> "c" + ++made);
  }

  /** The commands that follow from a decision of these events. */
  List<RunCommand> when(RunEvent... events) {
    return decided(null, Outcome.accepted(), events);
  }

  /** The same, decided because of a command that the scheduler sent. */
  List<RunCommand> granted(RunCommand command, RunEvent... events) {
    return decided(command, Outcome.accepted(), events);
  }

  List<RunCommand> refused(RunCommand command) {
    return decided(command, new Outcome.Rejected(Outcome.Code.WRONG_STATE, "no"));
  }

  /** The command that was asked for last may not have been sent. */
  void unsent(RunCommand command) {
    scheduler.unsent(Objects.requireNonNull(ids.get(command)), now);
  }

  private List<RunCommand> decided(
      @Nullable RunCommand command, Outcome outcome, RunEvent... events) {
    Runs before = runs;
    for (RunEvent event : events) {
      runs = RunEvolve.evolve(runs, EPOCH, event);
    }
    Cause cause =
        command == null
            ? new Cause.OfTick("test", EPOCH)
            : new Cause.OfCommand(0, ids.get(command), 0, EPOCH, false);
    var decision = new Decided<>("t", ++n, cause, EPOCH, outcome, List.of(events));
    return sent(scheduler.accepted(0, decision, before, runs, now));
  }

  List<RunCommand> freeze(RunEvent event) {
    Runs before = runs;
    runs = RunEvolve.freeze(runs, event, "test");
    var decision =
        new Decided<>(
            "t", ++n, new Cause.OfTick("test", EPOCH), EPOCH, Outcome.accepted(), List.of(event));
    return sent(scheduler.accepted(0, decision, before, runs, now));
  }

  /** What a scheduler does first that knows nothing but where the ledger stands. */
  List<RunCommand> restarted() {
    scheduler = newScheduler();
    looks.clear();
    return sent(scheduler.folding(0, runs, now));
  }

  List<RunCommand> heard(ExecutorStatus status) {
    return sent(scheduler.heard(status, now));
  }

  List<RunCommand> remembered(ExecutorStatus status) {
    return sent(scheduler.remembered(status, now));
  }

  /** Time passes in small steps, at each of which the scheduler is asked what is due. */
  List<RunCommand> after(Duration time) {
    List<RunCommand> all = new ArrayList<>();
    for (long left = time.toNanos(); left > 0; left -= 100_000_000) {
      now += Math.min(left, 100_000_000);
      all.addAll(sent(scheduler.due(now)));
    }
    return all;
  }

  void stalled() {
    scheduler.stalled(now);
  }

  /** All looks for signs of life that the scheduler asked for end without any. */
  List<RunCommand> nothingHeard() {
    List<RunCommand> all = new ArrayList<>();
    for (var look : List.copyOf(looks)) {
      looks.remove(look);
      all.addAll(sent(scheduler.silent(look.executor(), look.doubt(), now)));
    }
    return all;
  }

  void lookingFails() {
    looks.forEach(look -> scheduler.unsure(look.executor(), look.doubt(), now));
    looks.clear();
  }

  List<ExecutorRef> doubted() {
    return looks.stream().map(Action.LookForSigns::executor).toList();
  }

  private List<RunCommand> sent(List<Action> actions) {
    List<RunCommand> commands = new ArrayList<>();
    for (Action action : actions) {
      switch (action) {
        case Action.Send(var id, var command) -> {
          ids.put(command, id);
          commands.add(command);
        }
        case Action.LookForSigns look -> looks.add(look);
      }
    }
    return commands;
  }

  static RunId run(long number) {
    return new RunId(ROOT, number);
  }

  static AttemptRef first(long run, String task) {
    return new AttemptRef(run(run), task, 1);
  }

  static RunEvent created(long number, String name, TaskSpec... tasks) {
    return new RunEvent.RunCreated(run(number), spec(name, tasks));
  }

  static RunSpec spec(String name, TaskSpec... tasks) {
    return new RunSpec(
        name,
        "/project/p/branch/main",
        Map.of(),
        List.of(),
        Map.of(),
        Map.of(),
        Arrays.asList(tasks));
  }

  static RunEvent started(long number) {
    return new RunEvent.RunStarted(run(number));
  }

  static RunEvent ready(long number, String task) {
    return new RunEvent.TaskReady(run(number), task);
  }

  static RunEvent assigned(long number, String task, ExecutorRef executor) {
    return new RunEvent.TaskAssigned(first(number, task), executor);
  }

  static TaskSpec task(String name, String... depends) {
    return new TaskSpec(
        name,
        Arrays.stream(depends).map(d -> new Dependency(d, List.of(Condition.on_success))).toList(),
        Map.of(),
        null,
        null,
        false,
        false,
        false,
        List.of());
  }

  static TaskSpec approved(String name) {
    return new TaskSpec(name, List.of(), Map.of(), null, null, true, false, false, List.of());
  }

  static ExecutorRef executor(String id, String incarnation) {
    return new ExecutorRef(new ExecutorId(id), incarnation);
  }

  static ExecutorStatus status(ExecutorRef executor, int slots, AttemptRef... attempts) {
    return new ExecutorStatus(
        executor,
        EPOCH,
        LEASE,
        KILL,
        slots,
        Arrays.asList(attempts),
        "",
        "",
        Map.of(),
        List.of("host"),
        false);
  }

  static ExecutorStatus leaving(ExecutorRef executor, int slots) {
    return new ExecutorStatus(
        executor, EPOCH, LEASE, KILL, slots, List.of(), "", "", Map.of(), List.of("host"), true);
  }
}
