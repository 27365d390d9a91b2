package dev.millrace.runservice.logs;

import dev.millrace.events.RunId;
import org.jspecify.annotations.Nullable;

/**
 * Which log is wanted.
 *
 * @param attempt null: the latest there is
 * @param step index from 0; null: all steps, one after another
 * @param from position of the first byte that is wanted, in the step or in all the steps joined
 * @param follow also what comes later, until the step (or the attempt) has ended
 */
public record LogQuery(
    RunId run,
    String task,
    @Nullable Integer attempt,
    @Nullable Integer step,
    long from,
    boolean follow) {}
