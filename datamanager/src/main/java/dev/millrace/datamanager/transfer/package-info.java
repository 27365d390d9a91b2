/** All that is kept as one archive, to be put in elsewhere. */
@NullMarked
package dev.millrace.datamanager.transfer;

import org.jspecify.annotations.NullMarked;
