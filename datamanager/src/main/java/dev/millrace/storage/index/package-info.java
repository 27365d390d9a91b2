/** Finds runs: an index of what lists show, on the local disk, which can always be made again. */
@NullMarked
package dev.millrace.storage.index;

import org.jspecify.annotations.NullMarked;
