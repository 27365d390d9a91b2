@NullMarked
package dev.millrace.datamanager.index;

import org.jspecify.annotations.NullMarked;
