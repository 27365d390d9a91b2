package dev.millrace.storage.checkpoints;

import java.time.Instant;

/**
 * Something that people should know of what is kept, for good.
 *
 * @param text sentences
 */
public record Note(Instant at, String text) {}
