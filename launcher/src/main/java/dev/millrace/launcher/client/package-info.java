/** The subcommands that talk to a server over its public interface. */
@NullMarked
package dev.millrace.launcher.client;

import org.jspecify.annotations.NullMarked;
