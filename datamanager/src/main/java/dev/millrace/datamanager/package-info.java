/**
 * Keeps for good what the ledgers and logs say: groups it into few large objects. What it writes
 * others read by the same descriptions ({@link dev.millrace.datamanager.runs.RunArchive}).
 *
 * <p>Here is what turns all of it; what is turned has packages of its own, which know nothing of
 * this one.
 */
@NullMarked
package dev.millrace.datamanager;

import org.jspecify.annotations.NullMarked;
