package dev.millrace.gateway;

import dev.millrace.gateway.core.Permissions.Action;
import dev.millrace.http.HttpApi;
import dev.millrace.http.ProblemException;
import dev.millrace.http.Reply;
import dev.millrace.http.Request;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where administrators let nothing new in, and everything again. */
final class MaintenanceRoutes {

  private static final String PATH = "/api/v1/maintenance";

  private final Maintenance maintenance;
  private final InstantSource clock;

  MaintenanceRoutes(Maintenance maintenance, InstantSource clock) {
    this.maintenance = maintenance;
    this.clock = clock;
  }

  /** Why there is to be maintenance. */
  record Wanted(@Nullable String reason) {}

  /** Whether there is. */
  record State(boolean on, @Nullable String reason, @Nullable String by, @Nullable Instant since) {
    static State of(Optional<Maintenance.Notice> notice) {
      return notice
          .map(n -> new State(true, n.reason(), n.by(), n.since()))
          .orElse(new State(false, null, null, null));
    }
  }

  /** To be added before the guard of what is new. */
  void addTo(HttpApi api) {
    api.on("GET", PATH, _ -> Reply.ok(State.of(maintenance.now())))
        .on("PUT", PATH, this::begin)
        .on("DELETE", PATH, this::end);
  }

  private Reply begin(Request request) {
    Caller caller = require(request);
    String reason = request.json(Wanted.class).reason();
    String said = reason == null ? "" : reason.strip();
    if (said.length() > Maintenance.LONGEST_REASON
        || said.chars().anyMatch(Character::isISOControl)) {
      throw ProblemException.badRequest(
          "a reason is one line of at most %d characters".formatted(Maintenance.LONGEST_REASON));
    }
    maintenance.begin(new Maintenance.Notice(said, caller.user().name(), clock.instant()));
    return Reply.empty();
  }

  private Reply end(Request request) {
    request.noBody();
    require(request);
    maintenance.end();
    return Reply.empty();
  }

  private static Caller require(Request request) {
    Caller caller = Caller.of(request);
    caller.require(Action.MAINTAIN, caller.id(), "begin or end maintenance");
    return caller;
  }
}
