/** Broken archives, for the simulation. */
@NullMarked
package dev.millrace.storage.archive;

import org.jspecify.annotations.NullMarked;
