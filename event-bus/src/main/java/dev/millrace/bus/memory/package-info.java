/** The bus in memory: for tests of what uses a bus. */
@NullMarked
package dev.millrace.bus.memory;

import org.jspecify.annotations.NullMarked;
