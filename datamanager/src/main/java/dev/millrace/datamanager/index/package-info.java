/** Dumps of the index of runs: a row for each that is archived, to make a lost index again from. */
@NullMarked
package dev.millrace.datamanager.index;

import org.jspecify.annotations.NullMarked;
