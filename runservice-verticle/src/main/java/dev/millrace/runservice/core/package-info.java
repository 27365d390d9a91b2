/** The rules of runs: what is granted, what is refused, and what follows. Pure. */
@NullMarked
package dev.millrace.runservice.core;

import org.jspecify.annotations.NullMarked;
