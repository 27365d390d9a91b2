package dev.millrace.runservice.feed;

import dev.millrace.events.run.Run;

/**
 * A run as it was at its end.
 *
 * @param offset of the decision that ended it, in its partition
 */
public record Ended(long offset, Run run) {}
