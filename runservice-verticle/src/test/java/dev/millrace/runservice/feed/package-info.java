@NullMarked
package dev.millrace.runservice.feed;

import org.jspecify.annotations.NullMarked;
