/** Broken checkpoints, for the simulation. */
@NullMarked
package dev.millrace.storage.checkpoints;

import org.jspecify.annotations.NullMarked;
