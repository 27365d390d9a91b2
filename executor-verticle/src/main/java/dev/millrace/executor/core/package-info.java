/** What an executor does about what happens: rules on values, without clock, threads or I/O. */
@NullMarked
package dev.millrace.executor.core;

import org.jspecify.annotations.NullMarked;
