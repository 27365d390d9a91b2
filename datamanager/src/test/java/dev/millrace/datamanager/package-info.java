@NullMarked
package dev.millrace.datamanager;

import org.jspecify.annotations.NullMarked;
