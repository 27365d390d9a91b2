/** The contract of the coordination store, and its adapters. */
@NullMarked
package dev.millrace.storage.coordination;

import org.jspecify.annotations.NullMarked;
