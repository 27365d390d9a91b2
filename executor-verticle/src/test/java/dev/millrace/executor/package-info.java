@NullMarked
package dev.millrace.executor;

import org.jspecify.annotations.NullMarked;
