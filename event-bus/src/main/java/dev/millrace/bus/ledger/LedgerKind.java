package dev.millrace.bus.ledger;

import dev.millrace.events.CommandCodec;
import dev.millrace.events.LedgerCodec;
import dev.millrace.events.Topics.Topic;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One kind of ledger: its topics, its language and what the language means.
 *
 * @param key of a command: its root group, which says which partition it belongs to
 * @param creates whether a command creates something, so that its repetition cannot be told from
 *     the state: its answer is remembered as if it were waited for
 * @param language the highest language that this build reads and writes
 */
public record LedgerKind<S, C, E>(
    Topic commands,
    Topic events,
    CommandCodec<C> commandCodec,
    LedgerCodec<E> eventCodec,
    Function<C, String> key,
    Predicate<C> creates,
    int language,
    Meaning<S, E> meaning,
    StateCodec<S> stateCodec) {}
