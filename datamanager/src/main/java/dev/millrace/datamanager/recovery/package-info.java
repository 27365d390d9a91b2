/**
 * What is missing of what was kept, on Kafka and in the object storage, and how to go on without
 * it.
 */
@NullMarked
package dev.millrace.datamanager.recovery;

import org.jspecify.annotations.NullMarked;
