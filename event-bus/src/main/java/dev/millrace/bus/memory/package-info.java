/** The bus, and what a ledger needs besides, in memory: for tests of what uses them. */
@NullMarked
package dev.millrace.bus.memory;

import org.jspecify.annotations.NullMarked;
