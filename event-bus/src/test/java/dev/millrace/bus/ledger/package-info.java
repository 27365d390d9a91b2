/** The ledger protocol, rule by rule. */
@NullMarked
package dev.millrace.bus.ledger;

import org.jspecify.annotations.NullMarked;
