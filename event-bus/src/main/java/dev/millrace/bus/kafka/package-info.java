/**
 * The bus on Apache Kafka, and a broker inside this JVM.
 *
 * <p>For whoever configures logging: all of Kafka logs under {@code org.apache.kafka}, {@code
 * kafka} and {@code state.change.logger}. At INFO it tells its whole configuration at every start;
 * WARN is what an operator wants. Some starts of the embedded broker log a harmless {@code
 * NotControllerException} under {@code kafka.server.ControllerApis}, and a broker that was killed
 * logs WARN lines of its log recovery under {@code org.apache.kafka.storage.internals.log}: set
 * these to OFF and ERROR.
 */
@NullMarked
package dev.millrace.bus.kafka;

import org.jspecify.annotations.NullMarked;
