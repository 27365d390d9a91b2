package dev.millrace.configstore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bus.HeldBus;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.LedgerAuthority;
import dev.millrace.bus.ledger.LedgerSettings;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.Starts;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.bus.memory.MemoryBus;
import dev.millrace.bus.memory.MemoryCoordination;
import dev.millrace.bus.memory.MemoryTopics;
import dev.millrace.bus.memory.ThrowingFaults;
import dev.millrace.configstore.Views.ProjectView;
import dev.millrace.configstore.Views.UserList;
import dev.millrace.configstore.core.ConfigRules;
import dev.millrace.configstore.core.NoEffects;
import dev.millrace.events.Topics;
import dev.millrace.events.config.ConfigCommand;
import dev.millrace.events.config.ConfigEvent;
import dev.millrace.events.config.Configuration;
import dev.millrace.http.HttpApi;
import dev.millrace.http.Reply;
import dev.millrace.http.Seen;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One configstore that decides, and one that does not and can be held back. */
@Timeout(60)
final class ReplicasTest {
  private static final String ANNA = "{\"name\":\"anna\",\"admin\":true}";

  private final MemoryTopics topics =
      new MemoryTopics(Clock.systemUTC())
          .create(Topics.CONFIG_COMMANDS.name(), 1)
          .create(Topics.CONFIG_EVENTS.name(), 1)
          .create(Topics.DEAD_LETTERS.name(), 1);
  private final AtomicInteger made = new AtomicInteger();
  private final Replica ahead = new Replica(true, Duration.ofSeconds(20));
  private final Replica behind = new Replica(false, Duration.ofSeconds(20));

  private final class Replica {
    final HeldBus bus = new HeldBus(new MemoryBus(topics));
    final LedgerAuthority<Configuration, ConfigCommand, ConfigEvent> authority;
    final ConfigRoutes routes;
    final HttpApi api;

    Replica(boolean writes, Duration patience) {
      authority =
          new LedgerAuthority<>(
              new LedgerAuthority.Ports<>(
                  bus,
                  Ledgers.CONFIG,
                  new ConfigRules(),
                  new NoEffects(),
                  new MemoryCoordination(writes),
                  id(),
                  Timing.system(),
                  ReplicasTest.this::id,
                  new ThrowingFaults(),
                  Starts.first(Ledgers.CONFIG)),
              LedgerSettings.DEFAULT);
      routes =
          new ConfigRoutes(
              authority,
              authority,
              () -> bus.extent(new TopicPartition(Topics.CONFIG_EVENTS.name(), 0)),
              Clock.systemUTC(),
              ReplicasTest.this::id,
              () -> new byte[Tokens.BYTES],
              patience);
      api = routes.api("secret", new SimpleMeterRegistry());
      authority.start();
      authority.caughtUp().toCompletableFuture().join();
    }

    Reply call(String method, String path, String body, Reply... seen) {
      var headers =
          new HashMap<>(Map.of("Authorization", "Bearer secret", "Millrace-Actor", "system:test"));
      for (Reply earlier : seen) {
        headers.put(Seen.HEADER, earlier.headers().get(Seen.HEADER));
      }
      return api.call(method, "/internal/v1" + path, headers, body.getBytes(UTF_8));
    }

    void close() {
      authority.close();
      bus.close();
    }
  }

  private String id() {
    return "i" + made.incrementAndGet();
  }

  @AfterEach
  void close() {
    behind.close();
    ahead.close();
  }

  /** What the one that is behind answers, once it is let go on; it has to have waited. */
  private Reply afterWaiting(Supplier<Reply> ask) throws Exception {
    var answer = CompletableFuture.supplyAsync(ask, task -> Thread.ofVirtual().start(task));
    while (behind.routes.waiting() == 0) {
      assertThat(answer).isNotDone();
      Thread.onSpinWait();
    }
    behind.bus.release();
    return answer.get(20, TimeUnit.SECONDS);
  }

  @Test
  void whatWasCreatedAtOneIsThereAtTheNextForWhoSaysSo() throws Exception {
    ahead.call("POST", "/users", ANNA);
    behind.bus.hold();
    Reply created = ahead.call("POST", "/projects", "{\"name\":\"demo\",\"owner\":\"anna\"}");
    assertThat(created.status()).isEqualTo(201);
    String project = "/projects/" + ((ProjectView) ((Reply.Json) created).body()).id();

    assertThat(behind.call("GET", project, "").status()).isEqualTo(404);
    assertThat(afterWaiting(() -> behind.call("GET", project, "", created)).status())
        .isEqualTo(200);
  }

  @Test
  void whatIsReadNeverGoesBack() throws Exception {
    ahead.call("POST", "/users", ANNA);
    Reply created = ahead.call("POST", "/users", "{\"name\":\"bob\"}");
    assertThat(users(behind.call("GET", "/users", "", created))).hasSize(2);
    behind.bus.hold();
    assertThat(ahead.call("DELETE", "/users/bob", "").status()).isEqualTo(204);
    Reply without = ahead.call("GET", "/users", "", created);
    assertThat(users(without)).hasSize(1);

    assertThat(users(behind.call("GET", "/users", ""))).as("who says nothing").hasSize(2);
    assertThat(users(afterWaiting(() -> behind.call("GET", "/users", "", without)))).hasSize(1);
  }

  private static List<?> users(Reply reply) {
    return ((UserList) ((Reply.Json) reply).body()).users();
  }

  @Test
  void aRefusalTellsItsPositionToo() throws Exception {
    behind.bus.hold();
    ahead.call("POST", "/users", ANNA);
    Reply refused = ahead.call("POST", "/users", ANNA);
    assertThat(refused.status()).isEqualTo(409);

    assertThat(users(afterWaiting(() -> behind.call("GET", "/users", "", refused)))).hasSize(1);
  }

  @Test
  void oneThatIsTooFarBehindSaysSo() {
    var slow = new Replica(false, Duration.ofMillis(50));
    slow.bus.hold();
    Reply created = ahead.call("POST", "/users", ANNA);

    Reply late = slow.call("GET", "/users", "", created);
    slow.close();

    assertThat(late.status()).isEqualTo(503);
    assertThat(((Reply.Failed) late).problem().code()).isEqualTo("try-later");
  }
}
