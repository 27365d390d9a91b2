package dev.millrace.launcher.server;

import dev.millrace.bus.Bus;
import dev.millrace.bus.ledger.FaultHandler;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.traces.Traces;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;

/**
 * What all roles of one process work with; they close none of it.
 *
 * @param instance names this life of the process
 * @param meters show what is measured
 * @param traces take what is done
 */
record Commons(
    String instance,
    Bus bus,
    Vertx vertx,
    Timing timing,
    Randomness random,
    Registry registry,
    MeterRegistry meters,
    Traces traces,
    FaultHandler faults) {}
