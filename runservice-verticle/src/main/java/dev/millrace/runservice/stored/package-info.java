/**
 * Runs that have ended a while ago: in the archive of all replicas, and in an index of this one.
 */
@NullMarked
package dev.millrace.runservice.stored;

import org.jspecify.annotations.NullMarked;
