package dev.millrace.bus;

import java.time.Instant;

/** Where and when (broker's clock) a record landed, as the broker acknowledged it. */
public record Appended(long offset, Instant at) {}
