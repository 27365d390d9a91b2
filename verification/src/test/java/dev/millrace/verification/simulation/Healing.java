package dev.millrace.verification.simulation;

import dev.millrace.bus.TopicPartition;
import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.Topics;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.Runs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** No more faults: everything must come to its end in bounded time. */
final class Healing {
  private static final int STEPS = 4_000;
  private static final Duration STEP = Duration.ofMillis(50);

  // When nothing comes, somebody waits for a time to pass; the scheduler must not seem to stall.
  private static final Duration LONG_STEP = Duration.ofMillis(300);

  // Grace, lease, what the scheduler waits, a claim that nobody makes; and a new writer before.
  private static final Duration TO_STOP = Duration.ofSeconds(60);

  private final World world;
  private final Chaos chaos;
  private final Set<String> restarted = new HashSet<>();

  Healing(World world) {
    this.world = world;
    this.chaos = world.chaos;
  }

  void run() {
    chaos.end();
    world.builds.heal(world);
    putBackWhatNoCheckpointIsOf();
    restartWhoStopped();
    world.machines.forEach(machine -> machine.suspendedFor = 0);
    world.coordination.settle(chaos.upTo(World.REPLICAS));
    long begun = world.broker.time.nanos();
    boolean isStill = false;
    for (int i = 0; i < STEPS; i++) {
      chaos.tally.count("healing step");
      long landed = world.broker.landed;
      world.broker.time.advance(isStill ? LONG_STEP : STEP);
      world.processes().forEach(SimulatedProcess::heal);
      world.broker.step();
      world.machines.forEach(Machine::step);
      world.clients.step();
      world.turn(1);
      isStill = landed == world.broker.landed;
      if (i % 10 == 0) {
        restartWhoStopped();
        checkStopping(begun);
        if (unrest().isEmpty()) {
          new LogCheck(world).run();
          if (!world.oracles.isAnyCut()) {
            new RebuildCheck(world).run();
          }
          return;
        }
      }
    }
    for (Replica replica : world.replicas) {
      for (int p = 0; p < World.PARTITIONS; p++) {
        World.trace(world.broker, "%s/%d %s", replica.name, p, replica.authority.stage(p));
      }
    }
    throw new Violation("not at rest: " + unrest());
  }

  // Where history was lost, checkpoints are of what is not there any more: somebody who begins
  // needs
  // the beginning, and whoever reads all partitions needs all of them.
  private void putBackWhatNoCheckpointIsOf() {
    for (int p = 0; p < World.PARTITIONS; p++) {
      if (world.oracles.isCut(p)) {
        for (Topics.Topic topic : List.of(Topics.RUN_EVENTS, Topics.RUN_COMMANDS)) {
          world.broker.log(new TopicPartition(topic.name(), p)).putBack();
        }
      }
    }
  }

  // Who reads a partition no further is started again by people, and where history was lost all
  // are: they had read what is not there any more.
  private void restartWhoStopped() {
    for (ReadingProcess each : world.readers()) {
      boolean anew = restarted.add(each.slot) && world.oracles.isAnyCut();
      for (int p = 0; p < World.PARTITIONS; p++) {
        if (anew || (each.isStopped(p) && !world.oracles.isCut(p))) {
          each.die();
        }
      }
    }
  }

  // Promise 10.
  private void checkStopping(long begun) {
    long now = world.broker.time.nanos();
    for (int p = 0; p < World.PARTITIONS; p++) {
      if (!world.oracles.isCut(p)) {
        world
            .oracles
            .of(p)
            .lanes
            .stopping()
            .forEach(
                (run, since) ->
                    Violation.unless(
                        now - Math.max(since, begun) < TO_STOP.toNanos(),
                        "%s was stopped long ago and goes on",
                        run));
      }
    }
  }

  private List<String> unrest() {
    List<String> found = new ArrayList<>();
    for (int p = 0; p < World.PARTITIONS; p++) {
      if (!world.oracles.isCut(p)) {
        unrest(p, found);
      }
    }
    for (RootGroup root : world.clients.waiting()) {
      if (!world.oracles.isCut(root)) {
        found.add("somebody of " + root + " waits for an answer");
      }
    }
    if (found.isEmpty() && !world.oracles.isAnyCut()) {
      found.addAll(world.stored.unrest());
      for (Replica replica : world.replicas) {
        found.addAll(replica.view == null ? List.of() : replica.view.unrest());
      }
    }
    return found;
  }

  private void unrest(int p, List<String> found) {
    PartitionOracle oracle = world.oracles.of(p);
    if (!oracle.isAllDecided()) {
      found.add("commands of %d after %d".formatted(p, oracle.command));
    }
    if (!oracle.deliveries.unsettled().isEmpty()) {
      found.add("deliveries %s of %d".formatted(oracle.deliveries.unsettled(), p));
    }
    Runs state = oracle.state;
    for (RunId id : state.active().values()) {
      Run run = state.run(id);
      if (run != null) {
        found.add("run %s is %s%s: %s".formatted(id, run.phase(), run.frozen(), run.tasks()));
      }
    }
  }
}
