@NullMarked
package dev.millrace.events.run;

import org.jspecify.annotations.NullMarked;
