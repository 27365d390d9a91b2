/**
 * A Millrace of its own, as a user would have it: home, command, process, public API. For tests and
 * benchmarks.
 */
@NullMarked
package dev.millrace.verification.installation;

import org.jspecify.annotations.NullMarked;
