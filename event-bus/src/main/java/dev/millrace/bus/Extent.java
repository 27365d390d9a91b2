package dev.millrace.bus;

/**
 * What a partition holds.
 *
 * @param start the offset of the first record that is still there
 * @param end the offset that the next record will get
 */
public record Extent(long start, long end) {}
