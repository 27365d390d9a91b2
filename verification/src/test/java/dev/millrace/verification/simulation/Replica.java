package dev.millrace.verification.simulation;

import dev.millrace.bus.ledger.Checkpoint;
import dev.millrace.bus.ledger.LedgerAuthority;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.Runs;
import dev.millrace.runservice.core.RunRules;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One life of a runservice. */
final class Replica extends ReadingProcess {
  final int number;
  final LedgerAuthority<Runs, RunCommand, RunEvent> authority;

  /** What it shows of runs that have ended, in seeds that look at that. */
  final @Nullable RunsView view;

  Replica(World world, int number, int life) {
    super(world, "replica-" + number, life, /* forgets= */ false);
    this.number = number;
    view = number == 0 && world.viewed ? new RunsView(world, this) : null;
    var rules = world.builds.rules(build, new Fatal(world.mutation.rules(new RunRules())));
    var ports =
        new LedgerAuthority.Ports<>(
            bus,
            kind(),
            rules,
            world.mutation.effects(),
            world.coordination.of(number),
            name,
            timing(),
            world.mutation.ids(world::id),
            this,
            noting(view == null ? world.checkpoints : view.starts()));
    authority = pieces.authority(ports, settings());
    if (view != null) {
      view.show(authority);
    }
  }

  @Override
  void step() {
    authority.step(Duration.ZERO);
    check();
    if (view != null) {
      view.step();
    }
  }

  @Override
  void died() {
    if (view != null) {
      view.die();
    }
  }

  @Override
  Checkpoint<Runs> checkpoint(int partition) {
    return authority.checkpoint(partition);
  }
}
