package dev.millrace.runservice;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.bus.Appender;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.kafka.Credentials;
import dev.millrace.bus.kafka.EmbeddedBroker;
import dev.millrace.bus.kafka.KafkaBus;
import dev.millrace.bus.kafka.TopicCreator;
import dev.millrace.bus.kafka.TopicPlan;
import dev.millrace.bus.ledger.Checkpoints;
import dev.millrace.bus.ledger.CommandPublisher;
import dev.millrace.bus.ledger.Intake;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.bus.memory.MemoryCoordination;
import dev.millrace.bus.memory.ThrowingFaults;
import dev.millrace.events.Actor;
import dev.millrace.events.Command;
import dev.millrace.events.CommandId;
import dev.millrace.events.ExecutorId;
import dev.millrace.events.Partitions;
import dev.millrace.events.RunId;
import dev.millrace.events.Topics;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ClaimedTask;
import dev.millrace.events.run.ExecutorRef;
import dev.millrace.events.run.LogChunk;
import dev.millrace.events.run.LogRange;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunCommand.AssignTask;
import dev.millrace.events.run.RunCommand.ReportTask;
import dev.millrace.events.run.RunCommand.StartRun;
import dev.millrace.events.run.RunCommand.TaskEnd;
import dev.millrace.events.run.RunTrace;
import dev.millrace.events.run.StepReport;
import dev.millrace.events.run.StepStatus;
import dev.millrace.events.run.TaskOutcome;
import dev.millrace.http.Endpoint;
import dev.millrace.http.EventReader;
import dev.millrace.http.EventReader.Event;
import dev.millrace.http.HttpCaller;
import dev.millrace.http.HttpJson;
import dev.millrace.http.ProblemException;
import dev.millrace.storage.coordination.MemoryCoordinationStore;
import dev.millrace.storage.objects.MemoryObjectStore;
import dev.millrace.traces.MemoryTraces;
import dev.millrace.traces.Span;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The verticle on a real broker, asked over real HTTP; the test plays scheduler and executor. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class RunServiceIT {
  private static final int PARTITIONS = 4;
  private static final String TOKEN = "internal-token";
  private static final String EXECUTORS = "executor-token";
  private static final ExecutorRef EXECUTOR = new ExecutorRef(new ExecutorId("e1"), "life1");
  private final AtomicInteger ids = new AtomicInteger();
  private final MemoryCoordination coordination = new MemoryCoordination(true);
  private final MemoryObjectStore objects = new MemoryObjectStore(Clock.systemUTC());
  private final MemoryCoordinationStore store = new MemoryCoordinationStore(System::nanoTime);
  private Path index;
  private EmbeddedBroker broker;
  private KafkaBus bus;
  private Vertx vertx;
  private RunServiceVerticle verticle;
  private String deployment;
  private HttpCaller caller;
  private Appender appender;
  private CommandPublisher<RunCommand> commands;
  private final MemoryTraces traces = new MemoryTraces();
  private AttemptRef attempt;

  @BeforeAll
  void startBroker(@TempDir Path directory) {
    index = directory.resolve("index");
    broker =
        EmbeddedBroker.start(
            new EmbeddedBroker.Settings(
                directory.resolve("kafka"),
                0,
                new Credentials("millrace", "0123456789abcdefOwner"),
                null));
    TopicCreator.create(broker.clients(), TopicPlan.embedded(PARTITIONS));
    bus = new KafkaBus(broker.clients());
    appender = bus.appender("executor");
    commands = new CommandPublisher<>(bus, Ledgers.RUNS, "scheduler");
    vertx = Vertx.vertx();
  }

  @AfterAll
  void stopBroker() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    bus.close();
    broker.close();
  }

  @BeforeEach
  void runningTask() throws Exception {
    start();
    attempt = claimedTask();
  }

  @AfterEach
  void stop() throws Exception {
    caller.close();
    vertx.undeploy(deployment).toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private void start() throws Exception {
    verticle =
        new RunServiceVerticle(
            new RunServiceVerticle.Config(
                "it-" + ids.incrementAndGet(),
                Endpoint.at("127.0.0.1", 0),
                index,
                new RunServiceApi.Settings(
                    TOKEN, EXECUTORS, "key".getBytes(UTF_8), Duration.ofSeconds(30))),
            new RunServiceVerticle.Ports(
                bus,
                coordination,
                objects,
                store,
                Checkpoints.NONE,
                Intake.OPEN,
                Timing.system(),
                () -> "it" + Integer.toString(ids.incrementAndGet(), 36),
                new SimpleMeterRegistry(),
                traces,
                new ThrowingFaults()));
    deployment =
        vertx
            .deployVerticle(verticle)
            .toCompletionStage()
            .toCompletableFuture()
            .get(60, TimeUnit.SECONDS);
    caller = new HttpCaller(base(), TOKEN);
  }

  private URI base() {
    return URI.create("http://127.0.0.1:" + verticle.port() + "/internal/v1");
  }

  private AttemptRef claimedTask() throws Exception {
    var spec =
        """
        {"root":"project/p1","runs":[{"name":"ci%d","group":"/project/p1",
          "tasks":[{"name":"build","steps":[{"type":"run","name":"one","command":"true"},
                                            {"type":"run","name":"two","command":"true"}]}]}]}
        """
            .formatted(ids.incrementAndGet());
    JsonNode created =
        caller
            .call("POST", "/runs")
            .header(Callers.ACTOR, "user:anna")
            .body("application/json", spec.getBytes(UTF_8))
            .read(JsonNode.class);
    RunId run = RunId.parse(created.path("runs").path(0).asString());
    var ref = new AttemptRef(run, "build", 1);
    try (EventReader events = caller.call("GET", "/events?run=" + run).events()) {
      publish(new StartRun(run));
      awaitEvent(events, "task-ready");
      publish(new AssignTask(ref, EXECUTOR));
      awaitEvent(events, "task-assigned");
    }
    ClaimedTask claimed =
        caller
            .call("POST", "/claims")
            .header(Callers.ACTOR, "executor:e1")
            .json(new ClaimRoutes.Claim(ref, EXECUTOR))
            .read(ClaimedTask.class);
    assertThat(claimed.task().steps()).hasSize(2);
    return ref;
  }

  @Test
  void theTokenOfExecutorsIsGoodForClaimsOnly() {
    try (var executor = new HttpCaller(base(), EXECUTORS)) {
      var claim = executor.call("POST", "/claims").header("Millrace-Actor", "executor:e");
      assertThat(claim.json(Map.of()).raw().status()).isEqualTo(400);
      assertThat(executor.call("GET", "/runs").raw().status()).isEqualTo(401);
      assertThat(executor.call("GET", "/status").raw().status()).isEqualTo(401);
    }
    assertThat(caller.call("POST", "/claims").json(Map.of()).raw().status()).isEqualTo(400);
  }

  @Test
  void whatIsDecidedAboutARunIsInItsTrace() throws Exception {
    publish(new StartRun(attempt.run()));
    report(new StepReport(0, StepStatus.running, null, null));
    report(new StepReport(0, StepStatus.failed, 1, null));
    publish(
        new ReportTask(
            attempt, EXECUTOR, List.of(), new TaskEnd(TaskOutcome.failure, "a secret?")));

    RunTrace trace = RunTrace.of(attempt.run());
    List<Span> spans = traces.await(trace.id(), 10, Duration.ofSeconds(60));
    assertThat(spans)
        .extracting(Span::name)
        .containsExactly(
            "decide create-runs",
            "decide start-run",
            "decide assign-task",
            "decide claim-task",
            "decide start-run",
            "decide report-task",
            "decide report-task",
            "decide report-task",
            "task build",
            spans.getLast().name());
    assertThat(spans.get(1).attributes()).containsEntry("millrace.outcome", "accepted");
    assertThat(spans.get(4).attributes()).containsEntry("millrace.outcome", "wrong-state");
    assertThat(spans)
        .allSatisfy(span -> assertThat(span.toString()).doesNotContain("a secret?"))
        .filteredOn(span -> span.id() == null)
        .extracting(Span::parent)
        .containsOnly(trace.whole());
    Span task = spans.get(spans.size() - 2);
    assertThat(task.id()).isEqualTo(RunTrace.attempt(attempt));
    assertThat(task.parent()).isEqualTo(trace.whole());
    assertThat(task.failure()).isEqualTo("failure");
    assertThat(task.attributes())
        .containsEntry("cicd.pipeline.task.run.result", "failure")
        .containsEntry("cicd.worker.id", "e1");
    Span run = spans.getLast();
    assertThat(run.name()).startsWith("RUN ci");
    assertThat(run.id()).isEqualTo(trace.whole());
    assertThat(run.parent()).isEqualTo(trace.cause());
    assertThat(run.failure()).isEqualTo("failed");
    assertThat(run.attributes()).containsEntry("cicd.pipeline.result", "failure");
  }

  @Test
  void aRunThatNeverWasHasNoTrace() throws Exception {
    var never = new RunId(attempt.run().root(), 1_000_000);
    publish(new StartRun(never));
    publish(new StartRun(attempt.run()));
    var _ = traces.await(RunTrace.of(attempt.run()).id(), 5, Duration.ofSeconds(60));
    assertThat(traces.spans()).extracting(Span::trace).doesNotContain(RunTrace.of(never).id());
  }

  @Test
  void everyLineReachesItsViewerBeforeTheNextIsWritten() throws Exception {
    report(new StepReport(0, StepStatus.running, null, null));
    try (EventReader events = logEvents(0)) {
      long position = 0;
      for (int i = 0; i < 300; i++) {
        byte[] line = ("line " + i + "\n").getBytes(UTF_8);
        chunk(0, position, line);
        Event event = next(events, "log");
        position += line.length;
        assertThat(Base64.getDecoder().decode(event.data())).isEqualTo(line);
        assertThat(event.id()).isEqualTo(Long.toString(position));
      }
    }
  }

  @Test
  void aViewerThatIsCutAndAReplicaThatStartsAgainLoseNothing() throws Exception {
    var random = new Random(3);
    byte[] output = new byte[1_000_000];
    random.nextBytes(output);
    report(new StepReport(0, StepStatus.running, null, null));
    var got = new ByteArrayOutputStream();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      long first = -1;
      long last = -1;
      int written = 0;
      for (int part = 0; part < 10; part++) {
        int until = output.length * (part + 1) / 10;
        while (written < until) {
          int length = Math.min(1 + random.nextInt(9_000), until - written);
          long at = chunk(0, written, Arrays.copyOfRange(output, written, written + length));
          first = first < 0 ? at : first;
          last = at;
          written += length;
        }
        if (part == 5) {
          stop();
          start();
        }
        int goal = got.size() + random.nextInt(written - got.size()) + 1;
        threads.submit(reading(got, goal)).get(60, TimeUnit.SECONDS);
      }
      report(new StepReport(0, StepStatus.success, 0, range(first, last, output.length)));
      report(new StepReport(1, StepStatus.running, null, null));
      long end = chunk(1, 0, "the end".getBytes(UTF_8));
      report(new StepReport(1, StepStatus.success, 0, range(end, end, 7)));
      end();
      threads.submit(reading(got, output.length + 7)).get(60, TimeUnit.SECONDS);
    }

    assertThat(Arrays.copyOf(got.toByteArray(), output.length)).isEqualTo(output);
    try (var whole = caller.call("GET", logs(0)).open()) {
      assertThat(whole.body().readAllBytes()).isEqualTo(got.toByteArray());
    }
    try (var tail = caller.call("GET", logs(output.length + 4)).open()) {
      assertThat(new String(tail.body().readAllBytes(), UTF_8)).isEqualTo("end");
    }
  }

  @Test
  void aLogIsReadByLineAndCompressedAndWhatIsWrongIsSaid() throws Exception {
    byte[] output = "one\ntwo\nthree\nfour".getBytes(UTF_8);
    report(new StepReport(0, StepStatus.running, null, null));
    long at = chunk(0, 0, output);
    report(new StepReport(0, StepStatus.success, 0, range(at, at, output.length)));
    try (EventReader events = caller.call("GET", "/events?after=&run=" + attempt.run()).events()) {
      awaitEvent(events, "step-finished");
    }
    String logs = "/runs/%s/tasks/build/logs?step=0".formatted(attempt.run());

    try (var got = caller.call("GET", logs + "&line=2&lines=2").open()) {
      assertThat(got.body().readAllBytes()).asString(UTF_8).isEqualTo("two\nthree\n");
      assertThat(got.header("Millrace-Log-Position")).hasValue("4");
      assertThat(got.header("Millrace-Log-Attempt")).hasValue("1");
    }
    try (var got = caller.call("GET", logs + "&tail=1").open()) {
      assertThat(got.body().readAllBytes()).asString(UTF_8).isEqualTo("four");
    }
    try (var got = caller.call("GET", logs + "&from=1&to=5").open()) {
      assertThat(got.body().readAllBytes()).asString(UTF_8).isEqualTo("ne\nt");
    }
    try (var got = caller.call("GET", logs).header("Accept-Encoding", "gzip").open()) {
      assertThat(got.header("Content-Encoding")).hasValue("gzip");
      assertThat(new GZIPInputStream(got.body()).readAllBytes()).isEqualTo(output);
    }
    try (var got = caller.call("GET", logs + "&download=gzip&from=999").open()) {
      assertThat(got.header("Content-Type")).hasValue("application/gzip");
      assertThat(new GZIPInputStream(got.body()).readAllBytes()).isEmpty();
    }
    try (var events = caller.call("GET", logs + "&line=3&lines=1").events()) {
      assertThat(Base64.getDecoder().decode(next(events, "log").data()))
          .asString(UTF_8)
          .isEqualTo("three\n");
    }
    for (String wrong :
        List.of(
            "&line=0",
            "&line=1&tail=1",
            "&lines=1",
            "&line=1&lines=1&follow=true",
            "&tail=1&to=9",
            "&download=zip",
            "&download=gzip&follow=true")) {
      assertThatThrownBy(() -> caller.get(logs + wrong, JsonNode.class))
          .isInstanceOfSatisfying(
              ProblemException.class, e -> assertThat(e.problem().status()).isEqualTo(400));
    }
  }

  @Test
  void aLargeLogIsReadWhole() throws Exception {
    report(new StepReport(0, StepStatus.running, null, null));
    byte[] chunk = new byte[256 * 1024];
    new Random(1).nextBytes(chunk);
    int chunks = 256;
    long first = chunk(0, 0, chunk);
    long last = first;
    for (int i = 1; i < chunks; i++) {
      last = chunk(0, (long) i * chunk.length, chunk);
    }
    report(
        new StepReport(0, StepStatus.success, 0, range(first, last, (long) chunks * chunk.length)));
    try (EventReader events = caller.call("GET", "/events?after=&run=" + attempt.run()).events()) {
      awaitEvent(events, "step-finished");
    }
    long read = 0;
    try (var whole = caller.call("GET", logs(0) + "&step=0").open();
        InputStream body = whole.body()) {
      byte[] piece = new byte[chunk.length];
      for (int n = body.readNBytes(piece, 0, piece.length);
          n > 0;
          n = body.readNBytes(piece, 0, piece.length)) {
        assertThat(Arrays.equals(piece, chunk)).isTrue();
        read += n;
      }
    }
    assertThat(read).isEqualTo((long) chunks * chunk.length);
  }

  /** Reads the log on as events until there is so much of it. */
  private Callable<Void> reading(ByteArrayOutputStream got, int goal) {
    return () -> {
      try (EventReader events = logEvents(got.size())) {
        while (got.size() < goal) {
          Event event = next(events, "log");
          got.writeBytes(Base64.getDecoder().decode(event.data()));
          assertThat(event.id()).isEqualTo(Integer.toString(got.size()));
        }
      }
      return null;
    };
  }

  private EventReader logEvents(long from) {
    return caller
        .call("GET", logs(0) + "&follow=true")
        .header("Last-Event-ID", Long.toString(from))
        .events();
  }

  private String logs(long from) {
    return "/runs/%s/tasks/build/logs?from=%d".formatted(attempt.run(), from);
  }

  private static Event next(EventReader events, String kind) throws Exception {
    while (true) {
      Event event = Objects.requireNonNull(events.next(), "the stream has ended");
      if (event.event().equals(kind)) {
        return event;
      }
      assertThat(event.event()).isIn("step", "step-end");
    }
  }

  private static void awaitEvent(EventReader events, String type) throws Exception {
    while (true) {
      Event event = Objects.requireNonNull(events.next(), "the stream has ended");
      JsonNode told = HttpJson.read(event.data().getBytes(UTF_8), JsonNode.class);
      for (JsonNode one : told.path("events")) {
        if (one.path("type").asString().equals(type)) {
          return;
        }
      }
    }
  }

  private long chunk(int step, long position, byte[] bytes) throws Exception {
    String key = attempt.run().toString();
    return appender
        .append(
            new TopicPartition(Topics.TASK_LOGS.name(), Partitions.of(key, PARTITIONS)),
            key,
            LogChunk.write(
                new LogChunk(attempt, EXECUTOR.incarnation(), step, position, false, bytes)))
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS)
        .offset();
  }

  private LogRange range(long first, long last, long bytes) {
    return new LogRange(Partitions.of(attempt.run().toString(), PARTITIONS), first, last, bytes);
  }

  private void report(StepReport step) throws Exception {
    publish(new ReportTask(attempt, EXECUTOR, List.of(step), null));
  }

  private void end() throws Exception {
    publish(new ReportTask(attempt, EXECUTOR, List.of(), new TaskEnd(TaskOutcome.success, "")));
  }

  private void publish(RunCommand body) throws Exception {
    commands
        .publish(
            new Command<>(
                new CommandId("c" + ids.incrementAndGet()),
                Instant.now(),
                Actor.system("test"),
                false,
                null,
                body))
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
  }
}
