package dev.millrace.verification.simulation;

import dev.millrace.bus.ledger.CommandPublisher;
import dev.millrace.events.run.RunCommand;
import dev.millrace.scheduler.SchedulerLoop;
import dev.millrace.scheduler.core.Patience;
import dev.millrace.traces.Traces;
import java.time.Duration;

/** One life of a scheduler: as its verticle, a reader and its loop. */
final class SchedulerProcess extends FollowingProcess<SchedulerLoop> {
  private static final Patience PATIENCE =
      new Patience(Duration.ofSeconds(2), Duration.ofSeconds(4));

  SchedulerProcess(World world, int number, int life) {
    super(world, "scheduler-" + number, life);
  }

  @Override
  SchedulerLoop begin(CommandPublisher<RunCommand> publisher) {
    var timing = world.mutation.schedulerTiming(timing());
    return new SchedulerLoop(bus, follower, publisher, timing, world::id, PATIENCE, Traces.OFF);
  }

  @Override
  void act(SchedulerLoop loop) {
    try {
      loop.step();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
