/** What a run service has stored, stepped by hand for the simulation. */
@NullMarked
package dev.millrace.runservice.stored;

import org.jspecify.annotations.NullMarked;
