/**
 * Keeps for good what the ledgers and logs say: groups it into few large objects. What it writes
 * others read by the same descriptions ({@link dev.millrace.datamanager.RunArchive}).
 */
@NullMarked
package dev.millrace.datamanager;

import org.jspecify.annotations.NullMarked;
