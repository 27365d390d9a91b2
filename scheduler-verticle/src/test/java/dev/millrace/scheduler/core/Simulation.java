package dev.millrace.scheduler.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.CommandId;
import dev.millrace.events.ProjectId;
import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.run.ExecutorStatus;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.RunSpec;
import dev.millrace.events.run.TaskSpec;
import dev.millrace.scheduler.core.MiniAuthority.Entry;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Schedulers, executors and an authority on one virtual clock. With faults: commands are lost,
 * doubled and late, schedulers stand still and are begun anew, executors die, come back and are cut
 * off, signs of life land late.
 */
final class Simulation {
  private static final long STEP = 100_000_000;
  private static final int LOOK_BACK = 200;

  final MiniAuthority authority = new MiniAuthority();
  final List<MiniExecutor> executors = new ArrayList<>();
  private final RootGroup root = RootGroup.of(new ProjectId("p"));
  private final List<ExecutorStatus> signs = new ArrayList<>();
  private final Map<Long, List<ExecutorStatus>> late = new HashMap<>();
  private final Deque<Action.Send> commands = new ArrayDeque<>();
  private final List<Watcher> schedulers = new ArrayList<>();
  private final Random random;
  private final boolean faults;
  private boolean quiet;
  private int made;
  private int read;
  private long runs;
  private long now = 1_000_000_000_000L;
  int lost;

  Simulation(long seed, int schedulers, boolean faults) {
    this.random = new Random(seed);
    this.faults = faults;
    for (int i = 0; i < schedulers; i++) {
      this.schedulers.add(new Watcher());
    }
    for (int i = 0; i < 3; i++) {
      var executor = new MiniExecutor("ex" + i, 1 + random.nextInt(3));
      executor.start(now);
      executors.add(executor);
    }
  }

  /** Life goes on for so many steps of a tenth of a second. */
  void live(int steps) {
    for (int i = 0; i < steps; i++) {
      happen();
      step();
    }
  }

  /** Nothing fails any more, nothing new comes. */
  void heal(int steps) {
    quiet = true;
    for (MiniExecutor executor : executors) {
      executor.cut(false);
      if (!executor.isUp()) {
        executor.start(now);
      }
    }
    for (int i = 0; i < steps; i++) {
      step();
    }
  }

  boolean allEnded() {
    return authority.runs().active().isEmpty();
  }

  private boolean fault(int oneIn) {
    return faults && !quiet && random.nextInt(oneIn) == 0;
  }

  private void happen() {
    if (random.nextInt(5) == 0) {
      authority.happens(new RunEvent.RunCreated(new RunId(root, ++runs), spec()));
    }
    for (MiniExecutor executor : executors) {
      if (executor.isUp() && fault(300)) {
        ExecutorStatus last = executor.beat(now + MiniExecutor.BEAT);
        executor.crash();
        if (last != null && random.nextBoolean()) {
          lateSign(last);
        }
      } else if (!executor.isUp() && random.nextInt(50) == 0) {
        executor.start(now);
      }
      if (fault(200)) {
        executor.cut(random.nextInt(3) > 0);
      }
    }
  }

  private void lateSign(ExecutorStatus sign) {
    late.computeIfAbsent(now + STEP * random.nextInt(30), _ -> new ArrayList<>()).add(sign);
  }

  private RunSpec spec() {
    List<TaskSpec> tasks = new ArrayList<>();
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      tasks.add(
          i == 0
              ? (random.nextInt(6) == 0 ? Stage.approved("t0") : Stage.task("t0"))
              : random.nextBoolean()
                  ? Stage.task("t" + i)
                  : Stage.task("t" + i, "t" + random.nextInt(i)));
    }
    return Stage.spec("ci" + random.nextInt(3), tasks.toArray(TaskSpec[]::new));
  }

  private void step() {
    now += STEP;
    authority.tick(Instant.ofEpochSecond(0, now));
    signs.addAll(late.getOrDefault(now, List.of()));
    late.remove(now);
    for (MiniExecutor executor : executors) {
      executor.step(now, authority, random);
      ExecutorStatus sign = executor.beat(now);
      if (sign != null) {
        signs.add(sign);
      }
    }
    approveSomething();
    schedulers.forEach(Watcher::step);
    decide();
    assign();
  }

  private void approveSomething() {
    for (RunId id : authority.runs().active().values()) {
      Run run = authority.runs().run(id);
      Run.Task task = run == null ? null : run.tasks().get("t0");
      if (task != null
          && task.waitingApproval()
          && task.annotations().isEmpty()
          && random.nextInt(5) == 0) {
        authority.happens(
            new RunEvent.TaskAnnotationsSet(id, "t0", Map.of("approvers", "[\"u1\"]")));
      }
    }
  }

  private void decide() {
    for (int i = commands.size(); i > 0 && (quiet || !fault(4)); i--) {
      Action.Send next = commands.remove();
      if (fault(10)) {
        continue; // lost
      }
      if (fault(20)) {
        commands.add(next); // and late, or twice
        if (random.nextBoolean()) {
          continue;
        }
      }
      decide(next.id(), next.command());
    }
  }

  private void decide(CommandId id, RunCommand command) {
    boolean accepted = authority.decide(id, command);
    if (accepted && command instanceof RunCommand.DeclareLost c) {
      lost++;
      for (MiniExecutor executor : executors) {
        assertThat(executor.runs(c.executor(), c.attempt()))
            .as("%s runs though it was declared lost", c)
            .isFalse();
      }
    }
  }

  private void assign() {
    for (; read < authority.ledger.size(); read++) {
      for (RunEvent event : authority.ledger.get(read).decision().events()) {
        if (event instanceof RunEvent.TaskAssigned e) {
          long end = now + STEP * (1 + random.nextInt(30));
          executors.stream()
              .filter(executor -> executor.ref().id().equals(e.executor().id()))
              .forEach(executor -> executor.given(e.executor(), e.attempt(), authority, end, now));
        }
      }
    }
  }

  /** A scheduler and what it has read. */
  private final class Watcher {
    private final List<Action.LookForSigns> looks = new ArrayList<>();
    private final List<Integer> ends = new ArrayList<>();
    private Scheduler scheduler = new Scheduler(1, Patience.DEFAULT, this::id);
    private int position;
    private int heard;
    private int asleep;
    private long awake = now;

    Watcher() {
      begin();
    }

    private String id() {
      return "c" + ++made;
    }

    private void begin() {
      scheduler = new Scheduler(1, Patience.DEFAULT, this::id);
      looks.clear();
      ends.clear();
      position = authority.ledger.size();
      heard = signs.size();
      awake = now;
      act(scheduler.folding(0, authority.runs(), now));
      signs
          .subList(Math.max(0, heard - LOOK_BACK), heard)
          .forEach(sign -> act(scheduler.remembered(sign, now)));
    }

    void step() {
      if (asleep > 0 && !quiet) {
        asleep--;
        return;
      }
      if (fault(500)) {
        asleep = random.nextInt(200);
      }
      if (fault(300)) {
        begin();
      }
      if (now - awake > 1_000_000_000) {
        scheduler.stalled(now);
      }
      awake = now;
      int behind = faults && !quiet ? random.nextInt(4) : 0;
      for (; position < authority.ledger.size() - behind; position++) {
        Entry entry = authority.ledger.get(position);
        act(scheduler.accepted(0, entry.decision(), entry.before(), entry.after(), now));
      }
      if (!fault(5)) {
        for (; heard < signs.size(); heard++) {
          act(scheduler.heard(signs.get(heard), now));
        }
      }
      for (int i = looks.size() - 1; i >= 0; i--) {
        if (heard >= ends.get(i)) {
          Action.LookForSigns look = looks.remove(i);
          ends.remove(i);
          if (fault(5)) {
            scheduler.unsure(look.executor(), look.doubt(), now);
          } else {
            act(scheduler.silent(look.executor(), look.doubt(), now));
          }
        }
      }
      act(scheduler.due(now));
    }

    private void act(List<Action> actions) {
      for (Action action : actions) {
        switch (action) {
          case Action.Send send -> commands.add(send);
          case Action.LookForSigns look -> {
            looks.add(look);
            ends.add(signs.size());
          }
        }
      }
    }
  }
}
