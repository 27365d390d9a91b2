package dev.millrace.scheduler;

import static java.time.Instant.EPOCH;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.Starts;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.bus.memory.MemoryBus;
import dev.millrace.bus.memory.MemoryTopics;
import dev.millrace.bus.memory.ThrowingFaults;
import dev.millrace.events.LedgerRecord;
import dev.millrace.events.LedgerRecord.Cause;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.LedgerRecord.WriterChanged;
import dev.millrace.events.Outcome;
import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.Topics;
import dev.millrace.events.run.RunCatalog;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunCommand.StartRun;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.RunSpec;
import dev.millrace.scheduler.core.Patience;
import dev.millrace.traces.Traces;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The scheduler as it is deployed: with its threads, on a bus in memory. */
final class SchedulerVerticleTest {
  private static final RunId RUN = new RunId(RootGroup.parse("project/p"), 1);
  private static final long SECONDS = 20;

  @Test
  void itStartsWhatIsQueuedWhenItBeginsAndWhatIsCreatedLater() throws Exception {
    var topics =
        new MemoryTopics(Clock.systemUTC())
            .create(Topics.RUN_COMMANDS.name(), 1)
            .create(Topics.RUN_EVENTS.name(), 1)
            .create(Topics.EXECUTOR_STATUS.name(), 1);
    var made = new AtomicLong();
    Vertx vertx = Vertx.vertx();
    try (var bus = new MemoryBus(topics)) {
      write(bus, new WriterChanged<>(1, "t", "test", RunCatalog.LANGUAGE, 1));
      write(bus, decided(1, "one"));
      var scheduler =
          new SchedulerVerticle(
              bus,
              Timing.system(),
              () -> "c" + made.incrementAndGet(),
              new ThrowingFaults(),
              Patience.DEFAULT,
              Starts.first(Ledgers.RUNS),
              new SimpleMeterRegistry(),
              Traces.OFF);

      String deployment =
          vertx
              .deployVerticle(scheduler)
              .toCompletionStage()
              .toCompletableFuture()
              .get(SECONDS, TimeUnit.SECONDS);

      assertThat(commands(bus, 1)).containsExactly(new StartRun(RUN));
      write(bus, decided(2, "two"));
      assertThat(commands(bus, 2)).last().isEqualTo(new StartRun(new RunId(RUN.root(), 2)));
      vertx
          .undeploy(deployment)
          .toCompletionStage()
          .toCompletableFuture()
          .get(SECONDS, TimeUnit.SECONDS);
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
    }
  }

  private static List<RunCommand> commands(MemoryBus bus, int count) {
    List<RunCommand> commands = new ArrayList<>();
    try (var follower = bus.follower("test")) {
      follower.assign(new TopicPartition(Topics.RUN_COMMANDS.name(), 0), 0);
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
      while (commands.size() < count && System.nanoTime() < end) {
        for (var record : follower.poll(Duration.ofSeconds(1))) {
          commands.add(Ledgers.RUNS.commandCodec().read(record.value()).body());
        }
      }
    }
    return commands;
  }

  private static void write(MemoryBus bus, LedgerRecord<RunEvent> record) {
    try (var appender = bus.appender("authority")) {
      appender.append(
          new TopicPartition(Topics.RUN_EVENTS.name(), 0),
          null,
          Ledgers.RUNS.eventCodec().write(record));
    }
  }

  private static Decided<RunEvent> decided(long n, String name) {
    var spec =
        new RunSpec(
            name, "/project/p/branch/main", Map.of(), List.of(), Map.of(), Map.of(), List.of());
    return new Decided<>(
        "t",
        n,
        new Cause.OfTick("test", EPOCH),
        EPOCH,
        Outcome.accepted(),
        List.of(new RunEvent.RunCreated(new RunId(RUN.root(), n), spec)));
  }
}
