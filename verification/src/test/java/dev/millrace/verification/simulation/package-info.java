/**
 * The ledger, its rules, the scheduler and executors on a bus, clocks and a coordination store that
 * fail as a seed says.
 */
@NullMarked
package dev.millrace.verification.simulation;

import org.jspecify.annotations.NullMarked;
