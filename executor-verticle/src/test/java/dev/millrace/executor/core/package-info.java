@NullMarked
package dev.millrace.executor.core;

import org.jspecify.annotations.NullMarked;
