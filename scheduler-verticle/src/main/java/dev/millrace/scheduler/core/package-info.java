/**
 * The rules of scheduling: what follows from the ledger, the executors' signs of life and the time,
 * without clock, randomness or I/O.
 */
@NullMarked
package dev.millrace.scheduler.core;

import org.jspecify.annotations.NullMarked;
