package dev.millrace.launcher.server;

import dev.millrace.bus.Bus;
import dev.millrace.bus.ledger.Coordination;
import dev.millrace.bus.ledger.FaultHandler;
import dev.millrace.bus.ledger.Intake;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.datamanager.checkpoints.LedgerCheckpoints;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;

/**
 * What the roles of one process work with; they close none of it.
 *
 * @param instance names this life of the process
 * @param intake whether anything new is taken
 * @param meters show what is measured
 */
record Commons(
    String instance,
    Bus bus,
    Vertx vertx,
    Timing timing,
    Randomness random,
    Coordination coordination,
    Storage storage,
    LedgerCheckpoints checkpoints,
    MaintenanceFlag maintenance,
    Intake intake,
    Registry registry,
    MeterRegistry meters,
    FaultHandler faults) {}
