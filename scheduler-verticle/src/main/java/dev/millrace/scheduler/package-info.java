/** The scheduler: reads runs and executors, answers with commands. */
@NullMarked
package dev.millrace.scheduler;

import org.jspecify.annotations.NullMarked;
