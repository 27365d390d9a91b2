/**
 * The archive of runs that have ended, and what fills it from the ledger. Here and in the other
 * packages the names are those of {@code dev.millrace.storage}, which knows nothing of runs.
 */
@NullMarked
package dev.millrace.datamanager.runs;

import org.jspecify.annotations.NullMarked;
