package dev.millrace.verification.simulation;

import dev.millrace.bus.ledger.Checkpoint;
import dev.millrace.bus.ledger.LedgerAuthority;
import dev.millrace.bus.ledger.Starts;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.Runs;
import dev.millrace.runservice.core.RunRules;
import java.time.Duration;

/** One life of a runservice. */
final class Replica extends ReadingProcess {
  final int number;
  final LedgerAuthority<Runs, RunCommand, RunEvent> authority;

  Replica(World world, int number, int life) {
    super(world, "replica-" + number, life, /* forgets= */ false);
    this.number = number;
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
            Starts.first(kind()));
    authority = pieces.authority(ports, settings());
  }

  @Override
  void step() {
    authority.step(Duration.ZERO);
    check();
  }

  @Override
  Checkpoint<Runs> checkpoint(int partition) {
    return authority.checkpoint(partition);
  }
}
