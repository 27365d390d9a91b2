/** The language of configuration: users, tokens, projects. */
@NullMarked
package dev.millrace.events.config;

import org.jspecify.annotations.NullMarked;
