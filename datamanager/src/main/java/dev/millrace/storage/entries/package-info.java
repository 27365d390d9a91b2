/**
 * Entry files: many entries grouped in one object, sorted, compressed in blocks, checksummed, with
 * an index at the end. Written once and never changed.
 */
@NullMarked
package dev.millrace.storage.entries;

import org.jspecify.annotations.NullMarked;
