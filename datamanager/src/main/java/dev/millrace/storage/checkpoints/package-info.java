/** What is kept whole, as it was at a moment: the last few of them. */
@NullMarked
package dev.millrace.storage.checkpoints;

import org.jspecify.annotations.NullMarked;
