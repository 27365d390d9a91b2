/** The Kafka adapter and the embedded broker, on a real broker. */
@NullMarked
package dev.millrace.bus.kafka;

import org.jspecify.annotations.NullMarked;
