@NullMarked
package dev.millrace.pipeline.jsonnet;

import org.jspecify.annotations.NullMarked;
