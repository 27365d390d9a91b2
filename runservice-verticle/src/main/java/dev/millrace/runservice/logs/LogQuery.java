package dev.millrace.runservice.logs;

import dev.millrace.events.RunId;
import org.jspecify.annotations.Nullable;

/**
 * Which log is wanted.
 *
 * @param attempt null: the latest there is
 * @param step index from 0; null: all steps, one after another
 * @param part which of it
 * @param follow also what comes later, until the step (or the attempt) has ended
 */
public record LogQuery(
    RunId run,
    String task,
    @Nullable Integer attempt,
    @Nullable Integer step,
    LogPart part,
    boolean follow) {}
