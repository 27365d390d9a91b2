package dev.millrace.events;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One wish for a change: a record on a command topic. Whether it is granted is a {@link Decision}.
 *
 * @param made the publisher's clock when it was made; one that is more than five minutes in the
 *     future of the writer's clock is rejected
 * @param waited somebody waits for the answer, so it is remembered by its id
 * @param expectedRevision the revision of the subject that the actor has seen, where that matters
 */
public record Command<C>(
    CommandId id,
    Instant made,
    Actor actor,
    boolean waited,
    @Nullable Long expectedRevision,
    C body) {}
