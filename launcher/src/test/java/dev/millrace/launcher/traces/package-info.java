@NullMarked
package dev.millrace.launcher.traces;

import org.jspecify.annotations.NullMarked;
