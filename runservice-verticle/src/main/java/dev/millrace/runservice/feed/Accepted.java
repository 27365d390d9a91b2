package dev.millrace.runservice.feed;

import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.run.RunEvent;

/** An accepted decision and where it stands. */
public record Accepted(int partition, long offset, Decided<RunEvent> decision) {}
