package dev.millrace.events.run;

import org.jspecify.annotations.Nullable;

/**
 * News of one step, from its executor.
 *
 * @param step index, from 0
 * @param status running, or how it ended
 * @param exitCode of its process, if it had one that ended by itself; 128 + n for signal n
 * @param log where its output lies, once it has ended
 */
public record StepReport(
    int step, StepStatus status, @Nullable Integer exitCode, @Nullable LogRange log) {}
