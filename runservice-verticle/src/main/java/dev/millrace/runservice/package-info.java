/**
 * The run authority at its edge: the internal HTTP interface, what it shows of runs, and the
 * verticle that holds it all. What is granted and refused is in {@code core}.
 */
@NullMarked
package dev.millrace.runservice;

import org.jspecify.annotations.NullMarked;
