package dev.millrace.bus;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One record as a follower sees it.
 *
 * @param offset its place in the partition; offsets rise, with gaps
 * @param appendedAt the broker's clock when it was appended
 * @param value never changed by anybody; empty when the record carried none
 */
public record LogRecord(
    TopicPartition source, long offset, Instant appendedAt, @Nullable String key, byte[] value) {}
