package dev.millrace.runservice.logs;

import dev.millrace.events.run.LogChunk;
import java.time.Instant;

/** A chunk and where it stands in its partition. */
record Placed(long offset, Instant appendedAt, LogChunk chunk) {}
