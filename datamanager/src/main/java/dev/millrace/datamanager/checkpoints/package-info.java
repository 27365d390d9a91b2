/**
 * Checkpoints of the ledgers and of deliveries: where whoever starts begins to read, and what may
 * be deleted from Kafka as they cover it.
 */
@NullMarked
package dev.millrace.datamanager.checkpoints;

import org.jspecify.annotations.NullMarked;
