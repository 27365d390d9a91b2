/** The configstore: users, their tokens and projects; all validation of them. */
@NullMarked
package dev.millrace.configstore;

import org.jspecify.annotations.NullMarked;
