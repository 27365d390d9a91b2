/**
 * The bus: partitioned logs that are followed and appended to, as ports; adapters live in
 * sub-packages.
 */
@NullMarked
package dev.millrace.bus;

import org.jspecify.annotations.NullMarked;
