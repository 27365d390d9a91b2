/**
 * Object storage: few large bodies by path, written whole, read in ranges. A port with one contract
 * and an adapter for every kind of store.
 */
@NullMarked
package dev.millrace.storage.objects;

import org.jspecify.annotations.NullMarked;
