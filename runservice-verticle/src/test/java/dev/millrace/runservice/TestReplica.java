package dev.millrace.runservice;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bus.HeldBus;
import dev.millrace.bus.ledger.Answer;
import dev.millrace.bus.ledger.IntakeRules;
import dev.millrace.bus.ledger.LedgerAuthority;
import dev.millrace.bus.ledger.LedgerSettings;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.Starts;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.bus.memory.MemoryBus;
import dev.millrace.bus.memory.MemoryCoordination;
import dev.millrace.bus.memory.ThrowingFaults;
import dev.millrace.events.Actor;
import dev.millrace.events.Command;
import dev.millrace.events.CommandId;
import dev.millrace.events.Outcome;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.Runs;
import dev.millrace.http.HttpApi;
import dev.millrace.http.HttpJson;
import dev.millrace.http.Reply;
import dev.millrace.http.Seen;
import dev.millrace.runservice.core.NewWork;
import dev.millrace.runservice.core.RunEffects;
import dev.millrace.runservice.core.RunRules;
import dev.millrace.runservice.feed.RunFeed;
import dev.millrace.runservice.logs.StoredLogs;
import dev.millrace.runservice.stored.Handover;
import dev.millrace.runservice.stored.StoredRuns;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/** A replica with everything real but the bus and the coordination store. */
final class TestReplica implements AutoCloseable {
  static final String TOKEN = "internal";
  static final byte[] KEY = "key".getBytes(UTF_8);
  final Surroundings surroundings;
  final HeldBus bus;
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final LedgerAuthority<Runs, RunCommand, RunEvent> authority;
  final RunFeed feed;
  private final StoredRuns stored;
  private final Starts<Runs> starts;
  private final Handover handover;
  private final RunServiceApi api;
  private final MemoryCoordination me;

  /**
   * The answer to a request.
   *
   * @param seen what its reader will have seen; empty if it does not tell
   */
  record Answered(int status, JsonNode body, String seen) {
    /** All but how new it is. */
    String what() {
      return status + " " + body;
    }

    String code() {
      return body.path("code").asString();
    }

    String message() {
      return body.path("message").asString();
    }
  }

  TestReplica() {
    this(true, Duration.ofSeconds(20));
  }

  /**
   * A replica.
   *
   * @param writes whether it decides
   */
  TestReplica(boolean writes, Duration patience) {
    this(patience, writes, new Surroundings());
    start();
  }

  /** One that goes on with what another has left. */
  TestReplica(Surroundings surroundings) {
    this(Duration.ofSeconds(20), true, surroundings);
    start();
  }

  /** One that has read nothing yet. */
  static TestReplica notStarted() {
    return new TestReplica(Duration.ofSeconds(20), true, new Surroundings());
  }

  /** Another one beside this, which reads only. */
  TestReplica another(Duration patience) {
    var beside = new TestReplica(patience, false, surroundings.ofAnother());
    beside.start();
    return beside;
  }

  private TestReplica(Duration patience, boolean writes, Surroundings surroundings) {
    this.surroundings = surroundings;
    bus = new HeldBus(new MemoryBus(surroundings.topics));
    me = new MemoryCoordination(writes);
    stored =
        StoredRuns.open(
            surroundings.archive(),
            surroundings.dumps(),
            surroundings.index(),
            Surroundings.PARTITIONS);
    starts = stored.starts(surroundings.checkpoints());
    authority =
        new LedgerAuthority<>(
            new LedgerAuthority.Ports<>(
                bus,
                Ledgers.RUNS,
                new IntakeRules<>(new RunRules(), this::backlog, NewWork::isNew),
                new RunEffects(),
                me,
                surroundings.id(),
                Timing.system(),
                surroundings::id,
                new ThrowingFaults(),
                starts),
            LedgerSettings.DEFAULT);
    feed = new RunFeed(authority, stored, surroundings.memory);
    handover = new Handover(feed, stored, surroundings.store);
    api =
        new RunServiceApi(
            new RunServiceApi.Settings(TOKEN, null, KEY, patience),
            bus,
            feed,
            stored,
            new StoredLogs(surroundings.logs(), surroundings.store),
            authority,
            new Health("test", authority),
            Clock.systemUTC(),
            surroundings::id,
            meters);
  }

  private Optional<Outcome.Rejected> backlog() {
    return feed.refusal();
  }

  /** Reads from now on; waits until it has read what there is. */
  void start() {
    authority.start();
    api.start();
    handover.start();
    authority.caughtUp().toCompletableFuture().join();
  }

  /** Has all archived that has ended; returns when none of it is in memory any more. */
  void archiveAll() throws Exception {
    try (var _ = surroundings.archiving()) {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      while (!feed.ended().isEmpty()) {
        assertThat(System.nanoTime()).as("what is archived goes").isLessThan(deadline);
        Thread.sleep(10);
      }
    }
  }

  /** How many records of the ledger it has read in this life. */
  long read() {
    return IntStream.range(0, Surroundings.PARTITIONS)
        .mapToLong(p -> authority.position(p) - Math.max(0, starts.start(p).offset()))
        .sum();
  }

  /** Decides from now on. */
  void write() {
    me.write();
  }

  /** Has the command decided; it has to be accepted. */
  String accepted(Actor actor, RunCommand body) throws Exception {
    Outcome outcome = decided(actor, body);
    assertThat(outcome).isInstanceOf(Outcome.Accepted.class);
    return ((Outcome.Accepted) outcome).subject();
  }

  /** What is decided on the command. */
  Outcome decided(Actor actor, RunCommand body) throws Exception {
    var id = new CommandId("c" + surroundings.ids.incrementAndGet());
    Answer answer =
        authority
            .submit(
                new Command<>(id, Instant.now(), actor, true, null, body), Duration.ofSeconds(20))
            .toCompletableFuture()
            .get(20, TimeUnit.SECONDS);
    return answer.outcome();
  }

  /** As a user with a body. */
  Answered ask(String method, String path, String body, String... headers) {
    Map<String, String> all = new HashMap<>();
    all.put("Authorization", "Bearer " + TOKEN);
    all.put(Callers.ACTOR, "user:anna");
    for (int i = 0; i < headers.length; i += 2) {
      all.put(headers[i], headers[i + 1]);
    }
    return answered(reply(method, path, body, all));
  }

  Answered get(String path) {
    return ask("GET", path, "");
  }

  Reply reply(String method, String path, String body, Map<String, String> headers) {
    return api.http().call(method, "/internal/v1" + path, headers, body.getBytes(UTF_8));
  }

  /** As others see it. */
  HttpApi http() {
    return api.http();
  }

  /** The reply, of which the body is a stream. */
  Reply.Stream stream(String path, String... headers) {
    Map<String, String> all = new HashMap<>();
    all.put("Authorization", "Bearer " + TOKEN);
    for (int i = 0; i < headers.length; i += 2) {
      all.put(headers[i], headers[i + 1]);
    }
    return (Reply.Stream) reply("GET", path, "", all);
  }

  private static Answered answered(Reply reply) {
    Object body =
        switch (reply) {
          case Reply.Json json -> json.body();
          case Reply.Failed(var problem, _) ->
              Map.of(
                  "code", problem.code(),
                  "message", problem.message(),
                  "details", problem.details());
          case Reply.Empty _ -> Map.of();
          case Reply.Text _, Reply.Stream _ -> throw new AssertionError(reply);
        };
    return new Answered(
        reply.status(),
        HttpJson.read(HttpJson.write(body), JsonNode.class),
        reply.headers().getOrDefault(Seen.HEADER, ""));
  }

  @Override
  public void close() {
    leave();
    surroundings.close();
  }

  /** Ends, and leaves everything for another one. */
  void leave() {
    handover.close();
    api.close();
    authority.close();
    stored.close();
    bus.close();
  }
}
