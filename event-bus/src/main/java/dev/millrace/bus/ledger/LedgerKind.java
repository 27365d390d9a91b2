package dev.millrace.bus.ledger;

import dev.millrace.events.CommandCodec;
import dev.millrace.events.LedgerCodec;
import dev.millrace.events.Topics.Topic;
import java.util.function.Function;

/**
 * One kind of ledger: its topics, its language and what the language means.
 *
 * @param key of a command: its root group, which says which partition it belongs to
 * @param language the highest language that this build reads and writes
 */
public record LedgerKind<S, C, E>(
    Topic commands,
    Topic events,
    CommandCodec<C> commandCodec,
    LedgerCodec<E> eventCodec,
    Function<C, String> key,
    int language,
    Meaning<S, E> meaning) {}
