/**
 * The coordination store: small values that several instances agree on by comparison, and leases.
 * Nothing that could be derived from a ledger belongs here.
 */
@NullMarked
package dev.millrace.storage.coordination;

import org.jspecify.annotations.NullMarked;
