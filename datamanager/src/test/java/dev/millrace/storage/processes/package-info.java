/** Servers of others that tests start. */
@NullMarked
package dev.millrace.storage.processes;

import org.jspecify.annotations.NullMarked;
