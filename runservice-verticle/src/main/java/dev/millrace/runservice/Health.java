package dev.millrace.runservice;

import dev.millrace.bus.ledger.LedgerAuthority;
import dev.millrace.http.HttpApi;
import dev.millrace.http.Reply;
import dev.millrace.http.Starting;
import java.util.Map;
import java.util.stream.IntStream;

/** Whether a replica can be used, and where it stands. */
public final class Health {
  private final String instance;
  private final LedgerAuthority<?, ?, ?> authority;

  public Health(String instance, LedgerAuthority<?, ?, ?> authority) {
    this.instance = instance;
    this.authority = authority;
  }

  private record PartitionStatus(int partition, long n, long position, String stage) {}

  /** To be added before there is a guard. */
  void addOpenTo(HttpApi api) {
    api.on("GET", "/livez", _ -> Reply.empty()).on("GET", "/readyz", _ -> ready());
  }

  void addTo(HttpApi api) {
    api.on(
        "GET",
        "/internal/v1/status",
        _ ->
            Reply.ok(
                Map.of(
                    "instance",
                    instance,
                    "ready",
                    caughtUp(),
                    "partitions",
                    IntStream.range(0, authority.partitions()).mapToObj(this::status).toList())));
  }

  private Reply ready() {
    return caughtUp() ? Reply.empty() : Starting.REPLY;
  }

  /** Whether all has been read that was there at the start. */
  boolean caughtUp() {
    var caughtUp = authority.caughtUp().toCompletableFuture();
    return caughtUp.isDone() && !caughtUp.isCompletedExceptionally();
  }

  private PartitionStatus status(int partition) {
    return new PartitionStatus(
        partition,
        authority.n(partition),
        authority.position(partition),
        authority.stage(partition));
  }
}
