/**
 * The output of steps, read from {@code task-logs}: finished or still growing, from any byte on,
 * every byte once and in order.
 */
@NullMarked
package dev.millrace.runservice.logs;

import org.jspecify.annotations.NullMarked;
