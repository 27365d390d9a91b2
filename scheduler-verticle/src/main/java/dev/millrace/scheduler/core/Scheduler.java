package dev.millrace.scheduler.core;

import dev.millrace.events.CommandId;
import dev.millrace.events.LedgerRecord.Cause;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.Outcome;
import dev.millrace.events.Partitions;
import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.run.Approvers;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ConcurrencyKey;
import dev.millrace.events.run.ExecutorRef;
import dev.millrace.events.run.ExecutorStatus;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.Run.Attempt;
import dev.millrace.events.run.Run.Task;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunCommand.ApproveTask;
import dev.millrace.events.run.RunCommand.AssignTask;
import dev.millrace.events.run.RunCommand.DeclareLost;
import dev.millrace.events.run.RunCommand.StartRun;
import dev.millrace.events.run.RunCommand.UnassignTask;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.RunPhase;
import dev.millrace.events.run.Runs;
import dev.millrace.events.run.TaskSpec;
import dev.millrace.events.run.TaskStatus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the scheduler makes of what it hears. It owns no truth: all it keeps can be derived from the
 * ledger and from the executors' signs of life, and every command that it asks for is decided
 * again. So a second scheduler, or one that forgets everything, can only repeat itself.
 *
 * <p>Nothing here looks at more than what an event is about; the work of an event does not grow
 * with the number of runs.
 *
 * <p>One thread. Times are nanoseconds of one clock that never goes back.
 */
public final class Scheduler {
  private static final long LOOK_AGAIN = 1_000_000_000;

  private final Runs[] states;
  private final ReadyTasks ready = new ReadyTasks();
  private final Fleet fleet;
  private final Asked asked;
  private final Map<TaskRef, AssignTask> promises = new HashMap<>();
  private List<Action> actions = new ArrayList<>();

  /**
   * A scheduler that has heard nothing yet.
   *
   * @param partitions of the ledger of runs
   * @param ids makes ids for commands, never one twice
   */
  public Scheduler(int partitions, Patience patience, Supplier<String> ids) {
    this.states = new Runs[partitions];
    Arrays.fill(states, Runs.EMPTY);
    this.fleet = new Fleet(patience.unknownExecutor().toNanos());
    this.asked = new Asked(patience.decision().toNanos(), partitions, ids);
  }

  /** The partition stands here when listening to it begins; once for each partition. */
  public List<Action> folding(int partition, Runs state, long now) {
    states[partition] = state;
    for (RunId id : state.active().values()) {
      Run run = state.run(id);
      if (run != null) {
        refreshAll(null, run, now);
      }
    }
    place(now);
    for (ConcurrencyKey key : state.lanes().keySet()) {
      start(state, key, now);
    }
    return take();
  }

  /** A command may not have been sent. */
  public void unsent(CommandId id, long now) {
    asked.unsent(id, now);
  }

  /** A decision was accepted. */
  public List<Action> accepted(
      int partition, Decided<RunEvent> decision, Runs before, Runs after, long now) {
    states[partition] = after;
    if (decision.cause() instanceof Cause.OfCommand cause && cause.id() != null) {
      settle(cause.id(), decision.outcome(), now);
    }
    if (decision.events().isEmpty()) {
      place(now);
      return take();
    }
    Set<TaskRef> tasks = new LinkedHashSet<>();
    Set<RunId> runs = new LinkedHashSet<>();
    for (RunEvent event : decision.events()) {
      judge(event, after);
      switch (event) {
        case RunEvent.OfTask e -> tasks.add(new TaskRef(e.run(), e.task()));
        case RunEvent.OfRun e -> runs.add(e.run());
        case RunEvent.OfEnded _, RunEvent.DeliverySettled _ -> {}
      }
    }
    for (TaskRef task : tasks) {
      Run run = after.run(task.run());
      if (run != null && run.frozen() == null) {
        refresh(before.run(task.run()), run, task.task(), now);
      } else if (run != null) {
        refreshAll(before.run(task.run()), run, now);
      }
    }
    place(now);
    for (RunId id : runs) {
      Run run = after.run(id);
      if (run != null) {
        start(after, ConcurrencyKey.of(run.spec()), now);
      }
    }
    return take();
  }

  /** A sign of life that was sent before this scheduler began to listen, in the order of all. */
  public List<Action> remembered(ExecutorStatus status, long now) {
    fleet.remembered(status, now).forEach(gone -> lost(gone, now));
    return take();
  }

  /** A sign of life. */
  public List<Action> heard(ExecutorStatus status, long now) {
    fleet.heard(status, now).forEach(gone -> lost(gone, now));
    place(now);
    return take();
  }

  /** What {@link Action.LookForSigns} asked for is done: nothing (else) was heard. */
  public List<Action> silent(ExecutorRef executor, long doubt, long now) {
    Life gone = fleet.silent(executor, doubt);
    if (gone != null) {
      lost(gone, now);
    }
    return take();
  }

  /** What {@link Action.LookForSigns} asked for could not be done. */
  public void unsure(ExecutorRef executor, long doubt, long now) {
    fleet.unsure(executor, doubt, now + LOOK_AGAIN);
  }

  /** Whoever calls this has not been listening for a while: executors get their full time again. */
  public void stalled(long now) {
    fleet.restart(now);
  }

  /** Time has come to {@code now}. */
  public List<Action> due(long now) {
    for (RunCommand late = asked.overdue(now); late != null; late = asked.overdue(now)) {
      reconsider(late, now);
    }
    for (Life life : fleet.doubt(now)) {
      actions.add(new Action.LookForSigns(life.ref, life.doubts));
    }
    place(now);
    return take();
  }

  /** How much there is to do. Looks at each executor. */
  public Load load() {
    return new Load(ready.size(), asked.open(), fleet.living(), fleet.free());
  }

  /** How many nanoseconds there are until {@link #due} has something to do, at the earliest. */
  public long nextDue(long now) {
    return Math.min(asked.nextDue(now), fleet.nextDue(now));
  }

  // An executor that gives tasks back comes after others, and gets none before it is heard again.
  private void judge(RunEvent event, Runs after) {
    if (event instanceof RunEvent.TaskUnassigned e) {
      Run run = after.run(e.run());
      if (run == null || !run.stopping()) {
        fleet.refused(e.executor());
      }
    }
  }

  private void settle(CommandId id, Outcome outcome, long now) {
    if (asked.decided(id, now) instanceof AssignTask assign
        && outcome instanceof Outcome.Rejected) {
      breakPromise(assign);
    }
  }

  // Whatever became of the command: is what it was sent for still to be done?
  private void reconsider(RunCommand command, long now) {
    switch (command) {
      case StartRun c -> {
        Run run = run(c.run());
        if (run != null) {
          start(state(c.run()), ConcurrencyKey.of(run.spec()), now);
        }
      }
      case ApproveTask c -> consider(run(c.run()), c.task(), now);
      case AssignTask c -> {
        breakPromise(c);
        consider(run(c.run()), c.attempt().task(), now);
      }
      case DeclareLost c -> {
        Attempt open = open(run(c.run()), c.attempt().task());
        if (open != null && open.claimed() && isSame(open, c.attempt(), c.executor())) {
          ask(c, now);
        }
      }
      case UnassignTask c -> {
        Attempt open = open(run(c.run()), c.attempt().task());
        Life life = fleet.get(c.executor());
        if (open != null
            && !open.claimed()
            && isSame(open, c.attempt(), c.executor())
            && (life == null || life.state == Life.State.GONE)) {
          ask(c, now);
        }
      }
      case RunCommand.CreateRuns _,
          RunCommand.CancelRun _,
          RunCommand.OfEnded _,
          RunCommand.StopRun _,
          RunCommand.SetTaskAnnotations _,
          RunCommand.AddApprover _,
          RunCommand.ClaimTask _,
          RunCommand.ReportTask _ ->
          throw new IllegalStateException("the scheduler sends no " + command);
    }
  }

  private void refreshAll(@Nullable Run before, Run after, long now) {
    for (TaskSpec task : after.spec().tasks()) {
      refresh(before, after, task.name(), now);
    }
  }

  private void refresh(@Nullable Run before, Run after, String task, long now) {
    Attempt was = open(before, task);
    Attempt is = open(after, task);
    if (was != null && !isSame(was, is)) {
      fleet.release(was.executor(), new AttemptRef(after.id(), task, was.number()));
    }
    if (is != null && !isSame(is, was)) {
      var attempt = new AttemptRef(after.id(), task, is.number());
      Life life = fleet.hold(is.executor(), attempt, now);
      breakPromise(promises.get(new TaskRef(after.id(), task)));
      if (life.state == Life.State.GONE) {
        giveUp(attempt, is, now);
      }
    }
    if (is != null && is.claimed() && (was == null || !was.claimed())) {
      Life life = fleet.took(is.executor(), now);
      if (life != null && life.state == Life.State.GONE) {
        giveUp(new AttemptRef(after.id(), task, is.number()), is, now);
      }
    }
    consider(after, task, now);
  }

  // Does the task need anything of the scheduler?
  private void consider(@Nullable Run run, String name, long now) {
    Task task = run == null ? null : run.tasks().get(name);
    if (run == null || task == null) {
      return;
    }
    if (isAssignable(run, task)) {
      var ref = new TaskRef(run.id(), name);
      if (!promises.containsKey(ref)) {
        ready.add(ref);
      }
    } else if (isRunning(run)
        && task.waitingApproval()
        && !task.approved()
        && Approvers.enough(task)) {
      ask(new ApproveTask(run.id(), name), now);
    }
  }

  // The run that is first in its line is asked to start, and where there is room its first tasks
  // are given away right behind: both land in one partition, in this order. If the start is refused
  // after all, so are they.
  private void start(Runs state, ConcurrencyKey key, long now) {
    RunId next = state.lane(key).next();
    Run run = next == null ? null : state.run(next);
    if (run == null || run.frozen() != null || !ask(new StartRun(run.id()), now)) {
      return;
    }
    for (TaskSpec task : run.spec().tasks()) {
      if (!ready.isEmpty()) {
        return; // others were there first
      }
      if (task.depends().isEmpty() && !task.needsApproval() && !task.skip()) {
        var ref = new TaskRef(run.id(), task.name());
        Life life = fleet.roomiest();
        if (life == null) {
          return;
        }
        if (!promises.containsKey(ref)) {
          assign(ref, 1, life, now);
        }
      }
    }
  }

  private void place(long now) {
    while (!ready.isEmpty()) {
      Life life = fleet.roomiest();
      if (life == null) {
        return;
      }
      TaskRef ref = Objects.requireNonNull(ready.next());
      Run run = run(ref.run());
      Task task = run == null ? null : run.tasks().get(ref.task());
      if (run != null && task != null && isAssignable(run, task) && !promises.containsKey(ref)) {
        assign(ref, task.nextAttempt(), life, now);
      }
    }
  }

  private void assign(TaskRef ref, int number, Life life, long now) {
    var command = new AssignTask(new AttemptRef(ref.run(), ref.task(), number), life.ref);
    life.promised.add(command.attempt());
    promises.put(ref, command);
    send(command, now);
  }

  private void breakPromise(@Nullable AssignTask command) {
    if (command == null) {
      return;
    }
    var ref = new TaskRef(command.run(), command.attempt().task());
    if (promises.remove(ref, command)) {
      Life life = fleet.get(command.executor());
      if (life != null) {
        life.promised.remove(command.attempt());
      }
    }
  }

  private void lost(Life gone, long now) {
    for (AttemptRef attempt : gone.held) {
      Attempt open = open(run(attempt.run()), attempt.task());
      if (open != null && isSame(open, attempt, gone.ref)) {
        giveUp(attempt, open, now);
      }
    }
  }

  // The number of an attempt that nobody claimed is given again, maybe to this very executor. So
  // only what was claimed is declared lost: if that lands late, it still means the same attempt.
  private void giveUp(AttemptRef attempt, Attempt open, long now) {
    ExecutorRef executor = open.executor();
    ask(
        open.claimed()
            ? new DeclareLost(attempt, executor)
            : new UnassignTask(attempt, executor, "executor %s is lost".formatted(executor.id())),
        now);
  }

  private boolean ask(RunCommand command, long now) {
    if (asked.isOpen(command)) {
      return false;
    }
    send(command, now);
    return true;
  }

  private void send(RunCommand command, long now) {
    actions.add(asked.send(command, partition(command.root()), now));
  }

  private Runs state(RunId id) {
    return states[partition(id.root())];
  }

  private int partition(RootGroup root) {
    return Partitions.of(root.toString(), states.length);
  }

  private @Nullable Run run(RunId id) {
    return state(id).run(id);
  }

  private List<Action> take() {
    List<Action> taken = actions;
    actions = new ArrayList<>();
    return taken;
  }

  private static boolean isRunning(Run run) {
    return run.phase() == RunPhase.running && run.frozen() == null;
  }

  private static boolean isAssignable(Run run, Task task) {
    return isRunning(run)
        && !run.stopping()
        && task.ready()
        && task.status() == TaskStatus.notstarted
        && task.openAttempt() == null;
  }

  // No news of a frozen run count any more: what its executors do is known from themselves only.
  private static @Nullable Attempt open(@Nullable Run run, String name) {
    Task task = run == null || run.frozen() != null ? null : run.tasks().get(name);
    return task == null ? null : task.openAttempt();
  }

  private static boolean isSame(Attempt open, AttemptRef attempt, ExecutorRef executor) {
    return open.number() == attempt.attempt() && open.executor().equals(executor);
  }

  private static boolean isSame(Attempt one, @Nullable Attempt other) {
    return other != null
        && one.number() == other.number()
        && one.executor().equals(other.executor());
  }
}
