/** What the process of a role is told: the file of settings, and what it may hold. */
@NullMarked
package dev.millrace.launcher.settings;

import org.jspecify.annotations.NullMarked;
