@NullMarked
package dev.millrace.runservice;

import org.jspecify.annotations.NullMarked;
