/** Checkpoints of ledgers that are broken on purpose, for the simulation. */
@NullMarked
package dev.millrace.datamanager.checkpoints;

import org.jspecify.annotations.NullMarked;
