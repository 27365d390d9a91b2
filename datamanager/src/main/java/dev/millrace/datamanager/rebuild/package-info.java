/** Compares views as they are kept with what the ledgers come to when they are folded again. */
@NullMarked
package dev.millrace.datamanager.rebuild;

import org.jspecify.annotations.NullMarked;
