/** Where steps run: the port and its adapters. */
@NullMarked
package dev.millrace.executor.drivers;

import org.jspecify.annotations.NullMarked;
