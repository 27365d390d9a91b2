@NullMarked
package dev.millrace.runservice.core;

import org.jspecify.annotations.NullMarked;
