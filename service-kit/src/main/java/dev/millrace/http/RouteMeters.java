package dev.millrace.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** What is measured of the requests of one route. */
final class RouteMeters {
  private static final Duration[] BOUNDS = {
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofSeconds(1),
    Duration.ofSeconds(10)
  };

  private final MeterRegistry meters;
  private final String api;
  private final String route;
  private final Counter refused;
  private final Map<Integer, Timer> byStatus = new ConcurrentHashMap<>();

  RouteMeters(MeterRegistry meters, String api, String route) {
    this.meters = meters;
    this.api = api;
    this.route = route;
    this.refused =
        Counter.builder("millrace.http.refused")
            .description("Requests that found no place in their lane")
            .tag("api", api)
            .register(meters);
  }

  /** A request was answered, or the head of its answer was made. */
  void answered(int status, long nanos) {
    byStatus.computeIfAbsent(status, this::timer).record(nanos, TimeUnit.NANOSECONDS);
  }

  void refused() {
    refused.increment();
  }

  private Timer timer(int status) {
    return Timer.builder("millrace.http.requests")
        .description("Requests from their arrival until their answer is there, or begins")
        .tags("api", api, "route", route, "status", Integer.toString(status))
        .serviceLevelObjectives(BOUNDS)
        .register(meters);
  }
}
