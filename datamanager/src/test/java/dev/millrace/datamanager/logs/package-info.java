@NullMarked
package dev.millrace.datamanager.logs;

import org.jspecify.annotations.NullMarked;
