package dev.millrace.storage.objects;

import java.time.Instant;

/**
 * What a store tells about an object.
 *
 * @param size in bytes
 * @param modified when it was written, by the store's clock, to the second at least
 */
public record ObjectInfo(String path, long size, Instant modified) {}
