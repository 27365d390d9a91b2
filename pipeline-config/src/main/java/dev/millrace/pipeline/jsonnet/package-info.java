/** Runs Jsonnet in a bounded JVM of its own; what happens there stays there. */
@NullMarked
package dev.millrace.pipeline.jsonnet;

import org.jspecify.annotations.NullMarked;
