@NullMarked
package dev.millrace.storage.entries;

import org.jspecify.annotations.NullMarked;
