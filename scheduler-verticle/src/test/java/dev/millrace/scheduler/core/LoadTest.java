package dev.millrace.scheduler.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.ProjectId;
import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ExecutorRef;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.RunSpec;
import dev.millrace.scheduler.core.MiniAuthority.Entry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Counts what a long queue costs, in commands; time would say more about the machine. */
final class LoadTest {
  private static final int RUNS = 5_000;
  private static final int SLOTS = 20;
  private static final ExecutorRef EX = Stage.executor("ex", "1");

  private final MiniAuthority authority = new MiniAuthority();
  private final Deque<Action.Send> commands = new ArrayDeque<>();
  private final Map<Class<?>, Integer> sent = new HashMap<>();
  private int made;
  private int rejected;
  private int mostAtOnce;

  @Test
  void aThousandsLongQueueCostsTwoCommandsARun() {
    var scheduler = new Scheduler(1, Patience.DEFAULT, () -> "c" + ++made);
    long now = 1;
    take(scheduler.folding(0, authority.runs(), now));
    take(scheduler.heard(Stage.status(EX, SLOTS), now));
    for (int i = 1; i <= RUNS; i++) {
      authority.happens(new RunEvent.RunCreated(new RunId(root(i), 1 + (i - 1) / 100), spec(i)));
    }
    List<AttemptRef> running = new ArrayList<>();
    int seen = 0;
    while (seen < authority.ledger.size() || !commands.isEmpty() || !running.isEmpty()) {
      for (; seen < authority.ledger.size(); seen++) {
        Entry entry = authority.ledger.get(seen);
        take(scheduler.accepted(0, entry.decision(), entry.before(), entry.after(), now));
      }
      for (var next = commands.poll(); next != null; next = commands.poll()) {
        boolean accepted = authority.decide(next.id(), next.command());
        rejected += accepted ? 0 : 1;
        if (accepted && next.command() instanceof RunCommand.AssignTask(var attempt, var to)) {
          authority.decide(null, new RunCommand.ClaimTask(attempt, to));
          running.add(attempt);
        }
      }
      mostAtOnce = Math.max(mostAtOnce, running.size());
      for (AttemptRef attempt : running) {
        authority.decide(null, new RunCommand.ReportTask(attempt, EX, List.of(), null));
      }
      running.clear();
      now += 1_000_000;
    }

    assertThat(authority.runs().active()).isEmpty();
    assertThat(sent)
        .containsOnly(
            Map.entry(RunCommand.StartRun.class, RUNS),
            Map.entry(RunCommand.AssignTask.class, RUNS));
    assertThat(rejected).isZero();
    assertThat(mostAtOnce).isEqualTo(SLOTS);
  }

  private void take(List<Action> actions) {
    for (Action action : actions) {
      if (action instanceof Action.Send send) {
        commands.add(send);
        sent.merge(send.command().getClass(), 1, Integer::sum);
      }
    }
  }

  private static RootGroup root(int i) {
    return RootGroup.of(new ProjectId("p" + i % 100));
  }

  private static RunSpec spec(int i) {
    RunSpec spec = Stage.spec("r" + i, Stage.task("a"));
    return new RunSpec(
        spec.name(),
        "/" + root(i) + "/branch/main",
        Map.of(),
        List.of(),
        Map.of(),
        Map.of(),
        spec.tasks());
  }
}
