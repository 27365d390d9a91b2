/**
 * The HTTP edge: the public interface, git, and the trigger consumer that makes runs of what was
 * pushed.
 */
@NullMarked
package dev.millrace.gateway;

import org.jspecify.annotations.NullMarked;
