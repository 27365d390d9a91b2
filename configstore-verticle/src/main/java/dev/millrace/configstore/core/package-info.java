/** What of configuration is granted and what is refused. */
@NullMarked
package dev.millrace.configstore.core;

import org.jspecify.annotations.NullMarked;
