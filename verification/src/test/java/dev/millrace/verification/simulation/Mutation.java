package dev.millrace.verification.simulation;

import dev.millrace.bus.ledger.BrokenPieces;
import dev.millrace.bus.ledger.BrokenPieces.Breach;
import dev.millrace.bus.ledger.Checkpoint;
import dev.millrace.bus.ledger.Effects;
import dev.millrace.bus.ledger.LedgerKind;
import dev.millrace.bus.ledger.LedgerSettings;
import dev.millrace.bus.ledger.Rules;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.datamanager.SteppedDataManager;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.Runs;
import dev.millrace.executor.Claims;
import dev.millrace.executor.ExecutorSettings;
import dev.millrace.executor.drivers.Uptime;
import dev.millrace.runservice.core.RunEffects;
import dev.millrace.runservice.feed.RunFeed;
import dev.millrace.storage.objects.ObjectStore;
import java.util.function.Supplier;

/** How a simulated world is put together; as deployed, unless a method is overridden. */
class Mutation {
  /** As deployed. */
  static final Mutation NONE = new Mutation();

  /** Odds under which it shows. */
  Odds odds() {
    return Odds.USUAL;
  }

  /** As deployed, under the same odds. */
  final Mutation healthy() {
    Odds same = odds();
    return new Mutation() {
      @Override
      Odds odds() {
        return same;
      }
    };
  }

  BrokenPieces<Runs, RunCommand, RunEvent> pieces(Decoded decoded) {
    return new BrokenPieces<>(Breach.NONE, decoded);
  }

  LedgerKind<Runs, RunCommand, RunEvent> kind(LedgerKind<Runs, RunCommand, RunEvent> deployed) {
    return deployed;
  }

  Rules<Runs, RunCommand, RunEvent> rules(Rules<Runs, RunCommand, RunEvent> deployed) {
    return deployed;
  }

  Effects<Runs, RunEvent> effects() {
    return new RunEffects();
  }

  LedgerSettings settings(LedgerSettings deployed) {
    return deployed;
  }

  Supplier<String> ids(Supplier<String> deployed) {
    return deployed;
  }

  /** What a datamanager keeps of what it has folded. */
  Checkpoint<Runs> checkpoint(World world, int partition, Checkpoint<Runs> whole) {
    return whole;
  }

  SteppedDataManager.Breach breach() {
    return SteppedDataManager.Breach.NONE;
  }

  ObjectStore objects(Storage storage, SimulatedProcess process) {
    return new SimulatedObjects(storage, process);
  }

  /** Runs that are archived have been let go of. */
  void handedOver(RunFeed feed) {}

  Timing schedulerTiming(Timing deployed) {
    return deployed;
  }

  Claims claims(World world, Claims deployed) {
    return deployed;
  }

  ExecutorSettings executorSettings(ExecutorSettings deployed) {
    return deployed;
  }

  Uptime uptime(Uptime deployed, ExecutorProcess executor) {
    return deployed;
  }

  void prepare(World world, SimulatedProcess process) {}
}
