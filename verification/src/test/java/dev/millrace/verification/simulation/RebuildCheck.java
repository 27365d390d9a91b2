package dev.millrace.verification.simulation;

import dev.millrace.bus.Extent;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Checkpoint;
import dev.millrace.bus.ledger.CheckpointCodec;
import dev.millrace.bus.ledger.FaultHandler;
import dev.millrace.bus.ledger.LedgerFollower;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.Starts;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.events.Topics;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.Runs;
import dev.millrace.storage.checkpoints.Kept;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Promise 8: who reads the ledger anew, from the first record where it is still there and from
 * every checkpoint that is kept, comes to what those have who read it all the time, by digest.
 */
final class RebuildCheck {
  private static final CheckpointCodec<Runs> CODEC = new CheckpointCodec<>(Ledgers.RUNS);
  private static final int STEPS = 10_000;

  private final World world;

  RebuildCheck(World world) {
    this.world = world;
  }

  void run() {
    @Nullable String[] living = new String[World.PARTITIONS];
    for (Replica replica : world.replicas) {
      for (int p = 0; p < living.length; p++) {
        living[p] = same(replica.name + "/" + p, living[p], replica.checkpoint(p));
      }
    }
    compare("the beginning", living, _ -> Checkpoint.empty(Runs.EMPTY));
    for (Kept each : world.stored.kept()) {
      compare("the checkpoint of " + each.at(), living, p -> world.stored.read(each, p));
    }
  }

  private static final class StopsAreViolations implements FaultHandler {
    @Override
    public void stopped(String ledger, int partition, String why) {
      throw new Violation("%s/%d cannot be rebuilt: %s".formatted(ledger, partition, why));
    }

    @Override
    public void broken(String where, Throwable cause) {
      throw new Violation(where + ": " + cause);
    }
  }

  private void compare(String from, @Nullable String[] living, Starts<Runs> starts) {
    var pieces = world.mutation.pieces(world.decoded);
    try (LedgerFollower<Runs, RunEvent> ledger =
        pieces.follower(
            SimulatedBus.of(world.broker),
            world.builds.newest(),
            "rebuilt",
            new Timing(world.broker.time::now, world.broker.time::nanos),
            World.settings(Integer.MAX_VALUE),
            new StopsAreViolations(),
            starts)) {
      for (int p = 0; p < living.length; p++) {
        long first = end(p).start();
        if (starts.start(p).offset() < 0 && first > 0) {
          continue; // what was at the beginning is deleted
        }
        for (int i = 0; ledger.position(p) < end(p).end() && i < STEPS; i++) {
          ledger.step(Duration.ZERO);
        }
        same("rebuilt from %s, %d".formatted(from, p), living[p], ledger.checkpoint(p));
        world.chaos.tally.count("rebuilt from " + (first > 0 ? "a checkpoint" : "the beginning"));
      }
    }
  }

  private Extent end(int p) {
    return world.broker.log(new TopicPartition(Topics.RUN_EVENTS.name(), p)).extent();
  }

  private static String same(String who, @Nullable String expected, Checkpoint<Runs> at) {
    String digest = digest(at);
    Violation.unless(
        expected == null || expected.equals(digest), "%s is %s, not %s", who, digest, expected);
    return digest;
  }

  private static String digest(Checkpoint<Runs> at) {
    try {
      var sha = MessageDigest.getInstance("SHA-256");
      CODEC.write(at).forEach(sha::update);
      return HexFormat.of().formatHex(sha.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
