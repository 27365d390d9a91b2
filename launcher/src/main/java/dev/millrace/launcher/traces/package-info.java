/** Spans on their way to who shows traces, by OpenTelemetry. */
@NullMarked
package dev.millrace.launcher.traces;

import org.jspecify.annotations.NullMarked;
