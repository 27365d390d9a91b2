@NullMarked
package dev.millrace.events.config;

import org.jspecify.annotations.NullMarked;
