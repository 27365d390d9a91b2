package dev.millrace.launcher.server;

import dev.millrace.bus.ledger.Intake;
import dev.millrace.datamanager.checkpoints.LedgerCheckpoints;

/**
 * What the roles that decide, keep and show work with beside {@link Commons}, and executors need
 * not and should not have; they close none of it.
 *
 * @param intake whether anything new is taken
 */
record Kept(
    LedgerCoordination coordination,
    Storage storage,
    LedgerCheckpoints checkpoints,
    MaintenanceFlag maintenance,
    Intake intake) {}
