/**
 * The only place that chooses and makes adapters: a data directory, what belongs to it, and the
 * parts of Millrace wired together.
 */
@NullMarked
package dev.millrace.launcher.server;

import org.jspecify.annotations.NullMarked;
