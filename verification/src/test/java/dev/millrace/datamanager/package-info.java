/** A datamanager that is stepped by hand, for the simulation. */
@NullMarked
package dev.millrace.datamanager;

import org.jspecify.annotations.NullMarked;
