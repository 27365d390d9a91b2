/** The bus in memory keeps the contract. */
@NullMarked
package dev.millrace.bus.memory;

import org.jspecify.annotations.NullMarked;
