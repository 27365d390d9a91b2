/** Tests of the index of runs. */
@NullMarked
package dev.millrace.storage.index;

import org.jspecify.annotations.NullMarked;
