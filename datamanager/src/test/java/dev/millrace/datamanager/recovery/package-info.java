@NullMarked
package dev.millrace.datamanager.recovery;

import org.jspecify.annotations.NullMarked;
