/**
 * The executor: takes what it is assigned, claims it, runs the steps, streams their output,
 * reports.
 */
@NullMarked
package dev.millrace.executor;

import org.jspecify.annotations.NullMarked;
