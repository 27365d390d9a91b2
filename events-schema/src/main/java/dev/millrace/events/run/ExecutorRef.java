package dev.millrace.events.run;

import dev.millrace.events.ExecutorId;

/**
 * One life of an executor.
 *
 * @param incarnation random, new at each start of its process
 */
public record ExecutorRef(ExecutorId id, String incarnation) {}
