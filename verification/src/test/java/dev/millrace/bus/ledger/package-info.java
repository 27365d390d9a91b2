/** Broken pieces of the ledger protocol, for the simulation. */
@NullMarked
package dev.millrace.bus.ledger;

import org.jspecify.annotations.NullMarked;
