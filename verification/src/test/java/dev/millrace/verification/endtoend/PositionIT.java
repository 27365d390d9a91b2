package dev.millrace.verification.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bus.kafka.Credentials;
import dev.millrace.bus.kafka.EmbeddedBroker;
import dev.millrace.bus.kafka.KafkaBus;
import dev.millrace.bus.kafka.TopicCreator;
import dev.millrace.bus.kafka.TopicPlan;
import dev.millrace.bus.memory.MemoryCoordination;
import dev.millrace.http.Call;
import dev.millrace.http.Call.Answered;
import dev.millrace.http.HttpCaller;
import dev.millrace.http.HttpJson;
import dev.millrace.http.Seen;
import dev.millrace.storage.coordination.MemoryCoordinationStore;
import dev.millrace.storage.objects.MemoryObjectStore;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * A client that is answered by one machine and then by another, over a real broker: what it has
 * seen holds, for as long as it says so. Seed: {@code -Dposition.seed=N}.
 */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
final class PositionIT {
  private static final int PARTITIONS = 4;
  private static final int TURNS = 25;

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private EmbeddedBroker broker;
  private KafkaBus kafka;
  private Machine deciding;
  private Machine reading;
  private Seen seen = Seen.NOTHING;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    broker =
        EmbeddedBroker.start(
            new EmbeddedBroker.Settings(
                folder.resolve("kafka"),
                0,
                new Credentials("millrace", "0123456789abcdefOwner"),
                null));
    TopicCreator.create(broker.clients(), TopicPlan.embedded(PARTITIONS));
    kafka = new KafkaBus(broker.clients());
    var shared =
        new Machine.Shared(
            kafka,
            new MemoryObjectStore(Clock.systemUTC()),
            new MemoryCoordinationStore(System::nanoTime));
    deciding = new Machine("deciding", shared, new MemoryCoordination(true), folder);
    deciding.makeAdministrator();
    reading = new Machine("reading", shared, new MemoryCoordination(false), folder);
  }

  @AfterAll
  void stop() {
    timer.shutdownNow();
    reading.close();
    deciding.close();
    kafka.close();
    broker.close();
  }

  @AfterEach
  void goOn() {
    reading.release();
  }

  private Answered ask(Machine machine, String method, String path, Object body) {
    try (HttpCaller caller = machine.caller()) {
      Call call = caller.call(method, path).seen(seen, more -> seen = seen.and(more));
      return (body.equals("") ? call : call.json(body)).raw();
    }
  }

  private static JsonNode json(Answered answered) {
    return HttpJson.read(answered.body(), JsonNode.class);
  }

  private void done(int status, Answered answered) {
    assertThat(answered.status()).as(new String(answered.body(), UTF_8)).isEqualTo(status);
  }

  private Answered asSomebodyElse(Machine machine, String path) {
    try (HttpCaller caller = machine.caller()) {
      return caller.call("GET", path).raw();
    }
  }

  @Test
  void whatOneMachineHasAnsweredIsThereAtAnotherThatIsBehind() throws Exception {
    reading.hold();
    done(201, ask(deciding, "POST", "/projects", Map.of("name", "held")));
    done(201, ask(deciding, "POST", "/projects/held/runs", Map.of("name", "ci")));

    assertThat(asSomebodyElse(reading, "/projects/held/runs/1").status()).isEqualTo(404);
    var shown =
        CompletableFuture.supplyAsync(() -> ask(reading, "GET", "/projects/held/runs/1", ""));
    while (reading.waiting() == 0) {
      assertThat(shown).isNotDone();
      Thread.onSpinWait();
    }
    reading.release();

    done(200, shown.get(20, TimeUnit.SECONDS));
  }

  @Test
  void nothingThatWasSeenGoesBackWhoeverAnswers() {
    long seed = Long.getLong("position.seed", System.nanoTime());
    System.out.println("PositionIT: seed " + seed + ", again with -Dposition.seed=" + seed);
    var random = new Random(seed);
    for (int turn = 0; turn < TURNS; turn++) {
      String project = "p" + turn;
      reading.hold();
      // Not a wait for something: how far the machine is behind when it is asked is what is random.
      var _ = timer.schedule(reading::release, random.nextInt(30), TimeUnit.MILLISECONDS);
      done(201, ask(either(random), "POST", "/projects", Map.of("name", project)));
      String runs = "/projects/" + project + "/runs";
      done(201, ask(either(random), "POST", runs, Map.of("name", "ci")));
      assertThat(phase(either(random), runs)).isEqualTo("queued");
      assertThat(json(ask(either(random), "GET", runs, "")).path("runs")).hasSize(1);
      done(204, ask(either(random), "POST", runs + "/1/cancel", ""));
      assertThat(phase(either(random), runs)).isEqualTo("cancelled");
      done(204, ask(either(random), "DELETE", runs + "/1", ""));
      done(410, ask(either(random), "GET", runs + "/1", ""));
      assertThat(json(ask(either(random), "GET", runs, "")).path("runs")).isEmpty();
      done(204, ask(either(random), "DELETE", "/projects/" + project, ""));
      done(404, ask(either(random), "GET", runs, ""));
    }
  }

  private Machine either(Random random) {
    return random.nextBoolean() ? deciding : reading;
  }

  private String phase(Machine machine, String runs) {
    Answered answered = ask(machine, "GET", runs + "/1", "");
    done(200, answered);
    return json(answered).path("phase").asString();
  }
}
