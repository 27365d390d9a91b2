@NullMarked
package dev.millrace.datamanager.checkpoints;

import org.jspecify.annotations.NullMarked;
