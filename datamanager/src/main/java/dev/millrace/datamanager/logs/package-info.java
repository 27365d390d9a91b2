/** The archive of what steps write, and what fills it from {@code task-logs}. */
@NullMarked
package dev.millrace.datamanager.logs;

import org.jspecify.annotations.NullMarked;
