/** Entries that stay: entry files, which of them count, and how small ones become large ones. */
@NullMarked
package dev.millrace.storage.archive;

import org.jspecify.annotations.NullMarked;
