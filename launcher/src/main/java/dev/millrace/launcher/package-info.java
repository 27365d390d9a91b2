/** The {@code millrace} command: its subcommands, and the only place where adapters are chosen. */
@NullMarked
package dev.millrace.launcher;

import org.jspecify.annotations.NullMarked;
