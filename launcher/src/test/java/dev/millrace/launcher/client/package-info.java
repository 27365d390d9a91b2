@NullMarked
package dev.millrace.launcher.client;

import org.jspecify.annotations.NullMarked;
