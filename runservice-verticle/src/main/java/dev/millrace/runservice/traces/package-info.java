/** What this replica decides, as spans. */
@NullMarked
package dev.millrace.runservice.traces;

import org.jspecify.annotations.NullMarked;
