/** The language of runs: commands, events, and what the events mean. */
@NullMarked
package dev.millrace.events.run;

import org.jspecify.annotations.NullMarked;
