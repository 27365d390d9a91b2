@NullMarked
package dev.millrace.launcher;

import org.jspecify.annotations.NullMarked;
