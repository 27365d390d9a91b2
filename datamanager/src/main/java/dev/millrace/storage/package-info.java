/** What the packages of storage have in common; they know nothing of runs. */
@NullMarked
package dev.millrace.storage;

import org.jspecify.annotations.NullMarked;
