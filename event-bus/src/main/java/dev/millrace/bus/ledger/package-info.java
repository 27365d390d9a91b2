/**
 * The ledger protocol (docs/architecture.md, part 2): commands are decided in order by the one
 * writer of a partition, decisions are what everybody believes.
 */
@NullMarked
package dev.millrace.bus.ledger;

import org.jspecify.annotations.NullMarked;
