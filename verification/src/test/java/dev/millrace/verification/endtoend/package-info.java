/** What a user does, on the real thing: the command, real pushes, real processes, kill -9. */
@NullMarked
package dev.millrace.verification.endtoend;

import org.jspecify.annotations.NullMarked;
