@NullMarked
package dev.millrace.runservice.stored;

import org.jspecify.annotations.NullMarked;
