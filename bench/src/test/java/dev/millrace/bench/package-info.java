/** Benchmarks: loads from a process of their own on a server of their own, printed as figures. */
@NullMarked
package dev.millrace.bench;

import org.jspecify.annotations.NullMarked;
