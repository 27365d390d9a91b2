@NullMarked
package dev.millrace.runservice.logs;

import org.jspecify.annotations.NullMarked;
