package dev.millrace.configstore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.CommandGate;
import dev.millrace.bus.ledger.CommandGate.UnansweredException;
import dev.millrace.bus.ledger.LedgerAuthority;
import dev.millrace.bus.ledger.LedgerSettings;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.Starts;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.bus.memory.MemoryBus;
import dev.millrace.bus.memory.MemoryCoordination;
import dev.millrace.bus.memory.MemoryTopics;
import dev.millrace.bus.memory.ThrowingFaults;
import dev.millrace.configstore.Views.NewToken;
import dev.millrace.configstore.Views.ProjectList;
import dev.millrace.configstore.Views.ProjectView;
import dev.millrace.configstore.Views.TokenList;
import dev.millrace.configstore.Views.TokenView;
import dev.millrace.configstore.Views.UserList;
import dev.millrace.configstore.Views.UserView;
import dev.millrace.configstore.core.ConfigRules;
import dev.millrace.configstore.core.NoEffects;
import dev.millrace.events.Topics;
import dev.millrace.events.config.ConfigCommand;
import dev.millrace.events.config.ConfigEvent;
import dev.millrace.events.config.Configuration;
import dev.millrace.http.HttpApi;
import dev.millrace.http.Reply;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The internal interface on a real ledger, on a bus in memory. */
final class ConfigRoutesTest {
  private static final String SECRET = "s3cret";
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String ROOT = "system:test";

  private final MemoryTopics topics =
      new MemoryTopics(Clock.systemUTC())
          .create(Topics.CONFIG_COMMANDS.name(), 1)
          .create(Topics.CONFIG_EVENTS.name(), 1)
          .create(Topics.DEAD_LETTERS.name(), 1);
  private final MemoryBus bus = new MemoryBus(topics);
  private final AtomicInteger made = new AtomicInteger();
  private final LedgerAuthority<Configuration, ConfigCommand, ConfigEvent> authority =
      new LedgerAuthority<>(
          new LedgerAuthority.Ports<>(
              bus,
              Ledgers.CONFIG,
              new ConfigRules(),
              new NoEffects(),
              new MemoryCoordination(true),
              "test",
              Timing.system(),
              () -> "i" + made.incrementAndGet(),
              new ThrowingFaults(),
              Starts.first(Ledgers.CONFIG)),
          LedgerSettings.DEFAULT);
  private final HttpApi api = routes(authority);

  private HttpApi routes(CommandGate<ConfigCommand> gate) {
    return new ConfigRoutes(
            gate,
            authority,
            () -> bus.extent(new TopicPartition(Topics.CONFIG_EVENTS.name(), 0)),
            Clock.systemUTC(),
            () -> "c" + made.incrementAndGet(),
            this::random,
            PATIENCE)
        .api(SECRET, new SimpleMeterRegistry());
  }

  private byte[] random() {
    var bytes = new byte[Tokens.BYTES];
    bytes[31] = (byte) made.incrementAndGet();
    return bytes;
  }

  @BeforeEach
  void start() {
    authority.start();
  }

  @AfterEach
  void close() {
    authority.close();
    bus.close();
  }

  @Test
  void usersAreCreatedListedAndDeleted() {
    var anna = created(post(ROOT, "/users", "{'name':'anna','admin':true}"), UserView.class);
    created(post("user:" + anna.id(), "/users", "{'name':'bob'}"), UserView.class);

    var users = ok(get(ROOT, "/users"), UserList.class).users();
    assertThat(users).extracting(UserView::name).containsExactly("anna", "bob");
    assertThat(users).extracting(UserView::admin).containsExactly(true, false);
    assertThat(delete(ROOT, "/users/bob").status()).isEqualTo(204);
    assertThat(ok(get(ROOT, "/users"), UserList.class).users()).containsExactly(anna);
  }

  @Test
  void aTokenIsToldOnceAndOnlyItsHashIsKept() {
    var anna = created(post(ROOT, "/users", "{'name':'anna'}"), UserView.class);

    var token =
        created(
            post("user:" + anna.id(), "/users/anna/tokens", "{'name':'laptop'}"), NewToken.class);

    assertThat(token.token()).startsWith("mrt_");
    assertThat(authority.state(0).userByTokenHash(Tokens.hash(token.token())))
        .satisfies(user -> assertThat(Objects.requireNonNull(user).name()).isEqualTo("anna"));
    assertThat(authority.state(0).toString()).doesNotContain(token.token());
    assertThat(ok(get(ROOT, "/users/anna/tokens"), TokenList.class).tokens())
        .extracting(TokenView::name)
        .containsExactly("laptop");
    assertThat(delete(ROOT, "/users/anna/tokens/laptop").status()).isEqualTo(204);
    assertThat(ok(get(ROOT, "/users/anna/tokens"), TokenList.class).tokens()).isEmpty();
  }

  @Test
  void projectsAreSeenByTheirOwnerAndAdministratorsOnly() {
    var anna = "user:" + created(post(ROOT, "/users", "{'name':'anna'}"), UserView.class).id();
    var bob = "user:" + created(post(ROOT, "/users", "{'name':'bob'}"), UserView.class).id();
    var demo =
        created(
            post(
                anna,
                "/projects",
                "{'name':'demo','owner':'anna','remote_repository_config_type':'hosted'}"),
            ProjectView.class);

    assertThat(demo.path()).isEqualTo("user/anna/demo");
    assertThat(ok(get(anna, "/projects/" + demo.id()), ProjectView.class)).isEqualTo(demo);
    assertThat(ok(get(ROOT, "/projects"), ProjectList.class).projects()).containsExactly(demo);
    assertThat(ok(get(bob, "/projects"), ProjectList.class).projects()).isEmpty();
    failed(get(bob, "/projects/" + demo.id()), 404, "there is no project " + demo.id());
    failed(delete(bob, "/projects/" + demo.id()), 404, "there is no project " + demo.id());
    assertThat(delete(anna, "/projects/" + demo.id()).status()).isEqualTo(204);
  }

  @Test
  void aRefusalOfTheLedgerIsTheAnswer() {
    created(post(ROOT, "/users", "{'name':'anna'}"), UserView.class);

    failed(post(ROOT, "/users", "{'name':'anna'}"), 409, "there is a user anna already");
    failed(get(ROOT, "/users/nobody/tokens"), 404, "there is no user nobody");
    failed(get(ROOT, "/projects/.."), 404, "there is no project ..");
    failed(post(ROOT, "/users", "{}"), 400, "\"name\" is missing");
  }

  @Test
  void usersDoNotSeeWhoElseThereIs() {
    var anna = "user:" + created(post(ROOT, "/users", "{'name':'anna'}"), UserView.class).id();
    created(post(ROOT, "/users", "{'name':'bob'}"), UserView.class);

    failed(get(anna, "/users"), 403, "only an administrator may list users");
    failed(
        get(anna, "/users/bob/tokens"),
        403,
        "only an administrator may list tokens of other users");
    failed(
        get(anna, "/users/none/tokens"), 403, "only an administrator may do this for other users");
  }

  @Test
  void theSameIdempotencyKeyIsTheSameWish() {
    var key = Map.of("Idempotency-Key", "käse");
    var first = call("POST", ROOT, "/users", "{'name':'anna'}", key);

    assertThat(call("POST", ROOT, "/users", "{'name':'anna'}", key)).isEqualTo(first);
  }

  @Test
  void aRepeatedWishForATokenDoesNotGetOneThatWouldNotWork() {
    created(post(ROOT, "/users", "{'name':'anna'}"), UserView.class);
    var key = Map.of("Idempotency-Key", "k1");
    created(call("POST", ROOT, "/users/anna/tokens", "{'name':'t'}", key), NewToken.class);

    failed(
        call("POST", ROOT, "/users/anna/tokens", "{'name':'t'}", key),
        409,
        "the token t was created by an earlier request; delete it and create another");
  }

  @Test
  void whatIsNotDecidedInTimeIsAnsweredWithItsId() {
    var headers =
        Map.of(
            "Authorization", "Bearer " + SECRET, "Millrace-Actor", ROOT, "Idempotency-Key", "k7");
    var silent =
        routes((_, _) -> CompletableFuture.failedStage(new UnansweredException("not in time")));

    var reply =
        silent.call("POST", "/internal/v1/users", headers, "{\"name\":\"a\"}".getBytes(UTF_8));

    failed(reply, 503, "nobody has decided this in time; ask again with the Idempotency-Key k7");
    var problem = ((Reply.Failed) reply).problem();
    assertThat(problem.code()).isEqualTo("unanswered");
    assertThat(problem.details()).containsEntry("command_id", "k7");
  }

  @Test
  void callersHaveToKnowTheSecretAndSayForWhomTheyAsk() {
    assertThat(api.call("GET", "/internal/v1/users", Map.of(), new byte[0]).status())
        .isEqualTo(401);
    var secret = Map.of("Authorization", "Bearer " + SECRET);
    failed(
        api.call("GET", "/internal/v1/users", secret, new byte[0]),
        400,
        "the header Millrace-Actor is missing");
    failed(
        get("nobody", "/users"),
        400,
        "the header Millrace-Actor has to be user:<id>, executor:<id> or system:<part>");
    failed(get("executor:ex", "/users"), 403, "only an administrator may list users");
  }

  @Test
  void theFirstAdministratorIsLetInOnce() throws Exception {
    var bootstrap = new Bootstrap(authority, authority, Clock.systemUTC(), PATIENCE);
    String token = Tokens.of(random());

    assertThat(bootstrap.ensureAdministrator(token)).isTrue();
    assertThat(bootstrap.ensureAdministrator(token)).isTrue();
    assertThat(bootstrap.ensureAdministrator(Tokens.of(random()))).isFalse();
    assertThat(ok(get(ROOT, "/users"), UserList.class).users())
        .extracting(UserView::name)
        .containsExactly("admin");
  }

  @Test
  void anAdministratorWithoutTokenIsLetInAgain() throws Exception {
    created(post(ROOT, "/users", "{'name':'admin','admin':true}"), UserView.class);
    var bootstrap = new Bootstrap(authority, authority, Clock.systemUTC(), PATIENCE);

    assertThat(bootstrap.ensureAdministrator(Tokens.of(random()))).isTrue();
  }

  private Reply get(String actor, String path) {
    return call("GET", actor, path, "", Map.of());
  }

  private Reply delete(String actor, String path) {
    return call("DELETE", actor, path, "", Map.of());
  }

  private Reply post(String actor, String path, String body) {
    return call("POST", actor, path, body, Map.of());
  }

  private Reply call(
      String method, String actor, String path, String body, Map<String, String> more) {
    var headers = new HashMap<>(more);
    headers.put("Authorization", "Bearer " + SECRET);
    headers.put("Millrace-Actor", actor);
    headers.put("Content-Type", "application/json");
    return api.call(
        method, "/internal/v1" + path, headers, body.replace('\'', '"').getBytes(UTF_8));
  }

  private static <T> T created(Reply reply, Class<T> type) {
    return json(reply, 201, type);
  }

  private static <T> T ok(Reply reply, Class<T> type) {
    return json(reply, 200, type);
  }

  private static <T> T json(Reply reply, int status, Class<T> type) {
    assertThat(reply).isInstanceOf(Reply.Json.class);
    assertThat(reply.status()).isEqualTo(status);
    return type.cast(((Reply.Json) reply).body());
  }

  private static void failed(Reply reply, int status, String message) {
    assertThat(reply)
        .isInstanceOfSatisfying(
            Reply.Failed.class,
            failed -> {
              assertThat(failed.problem().message()).isEqualTo(message);
              assertThat(failed.status()).isEqualTo(status);
            });
  }
}
