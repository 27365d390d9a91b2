package dev.millrace.verification.simulation;

import dev.millrace.bus.Bus;
import dev.millrace.bus.ledger.Effects;
import dev.millrace.bus.ledger.FaultHandler;
import dev.millrace.bus.ledger.LedgerAuthority;
import dev.millrace.bus.ledger.LedgerFollower;
import dev.millrace.bus.ledger.LedgerKind;
import dev.millrace.bus.ledger.LedgerSettings;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.Runs;
import dev.millrace.runservice.core.RunEffects;
import java.util.function.Supplier;

/** How a simulated world is put together; as deployed, unless a method is overridden. */
public class Mutation {
  /** As deployed. */
  public static final Mutation NONE = new Mutation();

  protected LedgerAuthority<Runs, RunCommand, RunEvent> authority(
      LedgerAuthority.Ports<Runs, RunCommand, RunEvent> ports, LedgerSettings settings) {
    return new LedgerAuthority<>(ports, settings);
  }

  protected LedgerFollower<Runs, RunEvent> follower(
      Bus bus, String name, Timing timing, LedgerSettings settings, FaultHandler faults) {
    return new LedgerFollower<>(bus, kind(), name, timing, settings, faults);
  }

  protected LedgerKind<Runs, RunCommand, RunEvent> kind() {
    return Ledgers.RUNS;
  }

  protected Effects<Runs, RunEvent> effects() {
    return new RunEffects();
  }

  protected LedgerSettings settings(LedgerSettings deployed) {
    return deployed;
  }

  protected Supplier<String> ids(Supplier<String> deployed, String instance) {
    return deployed;
  }

  void prepare(World world, Replica replica) {}
}
