/**
 * From the configuration file of a repository to the runs it asks for, or to the list of everything
 * that is wrong with it.
 */
@NullMarked
package dev.millrace.pipeline;

import org.jspecify.annotations.NullMarked;
