@NullMarked
package dev.millrace.pipeline;

import org.jspecify.annotations.NullMarked;
