package dev.millrace.forges;

import org.jspecify.annotations.Nullable;

/**
 * A ref that has changed.
 *
 * @param ref its full name
 * @param before the object that it pointed to; null if it is new
 * @param after the object that it points to; null if it is gone
 */
public record RefUpdate(String ref, @Nullable String before, @Nullable String after) {}
