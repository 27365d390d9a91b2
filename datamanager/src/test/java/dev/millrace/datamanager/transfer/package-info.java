@NullMarked
package dev.millrace.datamanager.transfer;

import org.jspecify.annotations.NullMarked;
