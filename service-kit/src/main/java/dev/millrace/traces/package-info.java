/** What was done, and how long it took, for those who look at it as a trace. */
@NullMarked
package dev.millrace.traces;

import org.jspecify.annotations.NullMarked;
