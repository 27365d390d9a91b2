package dev.millrace.bus.ledger;

import dev.millrace.events.CommandId;
import dev.millrace.events.Outcome;

/**
 * The decision on a command, as the fold accepted it.
 *
 * @param n of the decision in its partition
 */
public record Answer(CommandId id, Outcome outcome, int partition, long n) {}
