@NullMarked
package dev.millrace.datamanager.runs;

import org.jspecify.annotations.NullMarked;
