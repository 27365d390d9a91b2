/** What every adapter of the bus must do. */
@NullMarked
package dev.millrace.bus;

import org.jspecify.annotations.NullMarked;
