/** The house rules of docs/architecture.md, part 4, and a breach of each that shows it bites. */
@NullMarked
package dev.millrace.verification.architecture;

import org.jspecify.annotations.NullMarked;
