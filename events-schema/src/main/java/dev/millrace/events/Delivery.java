package dev.millrace.events;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A record on {@code incoming-deliveries}: something changed in a repository. Its key is the root
 * group of the project.
 *
 * @param ref the full name of the ref, as {@code refs/heads/main}
 * @param before what the ref pointed to; null if it is new
 * @param after what it points to now; null if it was deleted
 * @param pusher the user who did it; null if it was found by comparing refs
 */
public record Delivery(
    ProjectId project,
    String ref,
    @Nullable String before,
    @Nullable String after,
    @Nullable UserId pusher,
    Instant receivedAt) {}
