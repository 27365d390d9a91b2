/** What this replica has folded, told on to those who wait for changes. */
@NullMarked
package dev.millrace.runservice.feed;

import org.jspecify.annotations.NullMarked;
