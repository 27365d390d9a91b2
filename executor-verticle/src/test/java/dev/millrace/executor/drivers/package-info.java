@NullMarked
package dev.millrace.executor.drivers;

import org.jspecify.annotations.NullMarked;
