/** Tests of the archive. */
@NullMarked
package dev.millrace.storage.archive;

import org.jspecify.annotations.NullMarked;
