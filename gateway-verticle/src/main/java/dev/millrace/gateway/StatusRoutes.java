package dev.millrace.gateway;

import dev.millrace.bus.ledger.LedgerFollower;
import dev.millrace.events.Outcome;
import dev.millrace.events.Topics;
import dev.millrace.gateway.Instances.Instance;
import dev.millrace.http.HttpApi;
import dev.millrace.http.Problem;
import dev.millrace.http.Reply;
import dev.millrace.http.Starting;
import java.util.List;
import java.util.SortedMap;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** How this process and the ledgers are doing. */
final class StatusRoutes {

  private final String version;
  private final BooleanSupplier ready;
  private final IntakeGuard intake;
  private final Supplier<Instances> instances;
  private final LedgerFollower<?, ?> config;
  private final LedgerFollower<?, ?> runs;
  private final IntSupplier deliveriesWaiting;

  StatusRoutes(
      String version,
      BooleanSupplier ready,
      IntakeGuard intake,
      Supplier<Instances> instances,
      LedgerFollower<?, ?> config,
      LedgerFollower<?, ?> runs,
      IntSupplier deliveriesWaiting) {
    this.version = version;
    this.ready = ready;
    this.intake = intake;
    this.instances = instances;
    this.config = config;
    this.runs = runs;
    this.deliveriesWaiting = deliveriesWaiting;
  }

  /** Which build this is. */
  record Version(String version) {}

  /**
   * How it is.
   *
   * @param refusing why nothing new is taken at present; null if it is
   * @param deliveriesWaiting pushes that have not come to their runs yet
   * @param leases who holds each, by name: {@code writer} decides, {@code datamanager} archives
   * @param instancesUnknown why nothing is known of the instances; null if it is
   */
  record Status(
      String version,
      boolean ready,
      @Nullable Refusing refusing,
      int deliveriesWaiting,
      List<Ledger> ledgers,
      List<Instance> instances,
      SortedMap<String, String> leases,
      @Nullable String instancesUnknown) {}

  /** Why nothing new is taken. */
  record Refusing(String code, String message) {
    static Refusing of(Problem problem) {
      return new Refusing(problem.code(), problem.message());
    }
  }

  /** A ledger, as it is read here. */
  record Ledger(String topic, List<Partition> partitions) {}

  /**
   * One partition of it.
   *
   * @param epoch of its writer; 0 if there has been none
   * @param term of its writer
   * @param decisions so far
   * @param position of the next record to read
   */
  record Partition(int partition, long epoch, String term, long decisions, long position) {}

  void addOpen(HttpApi api) {
    api.on("GET", "/livez", _ -> Reply.empty())
        .on("GET", "/readyz", _ -> readiness())
        .on("GET", "/api/v1/version", _ -> Reply.ok(new Version(version)));
  }

  void addGuarded(HttpApi api) {
    api.on("GET", "/api/v1/status", _ -> Reply.ok(status()));
  }

  private Reply readiness() {
    return ready.getAsBoolean()
        ? intake.problem().map(StatusRoutes::readiness).orElseGet(Reply::empty)
        : Starting.REPLY;
  }

  /**
   * Whoever is sent no more requests answers no reads either: so it stays ready in maintenance, as
   * everybody else is in the same state.
   */
  private static Reply readiness(Problem problem) {
    return problem.code().equals(Outcome.Code.MAINTENANCE.wire())
        ? Reply.ok(Refusing.of(problem))
        : Reply.failed(problem);
  }

  private Status status() {
    Instances who = instances.get();
    return new Status(
        version,
        ready.getAsBoolean(),
        intake.problem().map(Refusing::of).orElse(null),
        deliveriesWaiting.getAsInt(),
        List.of(
            ledger(Topics.CONFIG_EVENTS.name(), config), ledger(Topics.RUN_EVENTS.name(), runs)),
        who.instances(),
        who.leases(),
        who.unknown());
  }

  private static Ledger ledger(String topic, LedgerFollower<?, ?> of) {
    return new Ledger(
        topic,
        IntStream.range(0, of.partitions())
            .mapToObj(
                p -> {
                  var fold = of.checkpoint(p).fold();
                  return new Partition(p, fold.epoch(), fold.term(), fold.n(), of.position(p));
                })
            .toList());
  }
}
