/** A datamanager that is stepped by hand, and what it has stored, for the simulation. */
@NullMarked
package dev.millrace.datamanager;

import org.jspecify.annotations.NullMarked;
