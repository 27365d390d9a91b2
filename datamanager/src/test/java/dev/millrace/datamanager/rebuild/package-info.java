@NullMarked
package dev.millrace.datamanager.rebuild;

import org.jspecify.annotations.NullMarked;
