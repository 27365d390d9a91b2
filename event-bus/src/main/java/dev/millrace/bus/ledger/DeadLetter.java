package dev.millrace.bus.ledger;

import dev.millrace.events.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * A record on {@code dead-letters}: a command record that nobody could decide.
 *
 * @param n of the decision that says so
 * @param value the record's bytes, at most the first mebibyte of them
 */
public record DeadLetter(
    String topic,
    int partition,
    long offset,
    long n,
    Outcome outcome,
    @Nullable String key,
    byte[] value) {}
