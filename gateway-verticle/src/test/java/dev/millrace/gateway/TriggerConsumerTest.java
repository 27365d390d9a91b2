package dev.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.CommandPublisher;
import dev.millrace.bus.ledger.LedgerFollower;
import dev.millrace.bus.ledger.LedgerSettings;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.Timing;
import dev.millrace.bus.memory.MemoryBus;
import dev.millrace.bus.memory.MemoryTopics;
import dev.millrace.bus.memory.ThrowingFaults;
import dev.millrace.events.Delivery;
import dev.millrace.events.Outcome.Code;
import dev.millrace.events.Outcome.Rejected;
import dev.millrace.events.ProjectId;
import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.Topics;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.RunSpec;
import dev.millrace.events.run.RunTrace;
import dev.millrace.events.run.Runs;
import dev.millrace.gateway.core.Plan;
import dev.millrace.traces.MemoryTraces;
import dev.millrace.traces.Span;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TriggerConsumerTest {

  private static final int PARTITIONS = 4;

  private final MemoryTopics topics =
      new MemoryTopics(Clock.systemUTC())
          .create(Topics.RUN_COMMANDS.name(), PARTITIONS)
          .create(Topics.RUN_EVENTS.name(), PARTITIONS)
          .create(Topics.INCOMING_DELIVERIES.name(), PARTITIONS);
  private final MemoryBus bus = new MemoryBus(topics);
  private final FakeRunAuthority authority = new FakeRunAuthority(bus);
  private final DeliveryLog deliveries = new DeliveryLog(bus, "test");
  private final ArrayDeque<Runnable> planning = new ArrayDeque<>();
  private final Timing timing = new Timing(() -> Instant.EPOCH, this::nanos);
  private final MemoryTraces traces = new MemoryTraces();
  private long nanos;
  private DeliveryPlanner planner = TriggerConsumerTest::plan;
  private DeliveryStarts starts = DeliveryStarts.FIRST;
  private Life life = new Life();

  private long nanos() {
    return nanos;
  }

  /** One life of the consumer, with the fold that it has read. */
  private final class Life {
    final LedgerFollower<Runs, RunEvent> runs =
        new LedgerFollower<>(
            bus, Ledgers.RUNS, "runs", timing, LedgerSettings.DEFAULT, new ThrowingFaults());
    final TriggerConsumer consumer;

    Life() {
      fold();
      consumer =
          new TriggerConsumer(
              new TriggerConsumer.Ports(
                  bus,
                  runs,
                  new CommandPublisher<>(bus, Ledgers.RUNS, "trigger"),
                  partition -> starts.of(partition),
                  delivery -> planner.plan(delivery),
                  planning::add,
                  timing,
                  traces),
              "trigger");
    }

    void fold() {
      for (int i = 0; i < 4; i++) {
        runs.step(Duration.ZERO);
      }
    }

    void step() {
      fold();
      consumer.step(Duration.ZERO);
      consumer.step(Duration.ZERO);
    }

    void close() {
      consumer.close();
      runs.close();
    }
  }

  @AfterEach
  void close() {
    life.close();
    bus.close();
  }

  private static Plan plan(Delivery delivery) {
    var name = delivery.ref().substring("refs/heads/".length());
    return new Plan(
        List.of(
            new RunSpec(
                name,
                "/project/" + delivery.project(),
                Map.of(),
                List.of(),
                Map.of(),
                Map.of(),
                List.of())),
        "");
  }

  private void deliver(String project, String branch, String after) {
    deliveries
        .append(
            new Delivery(
                new ProjectId(project), "refs/heads/" + branch, null, after, null, Instant.EPOCH))
        .toCompletableFuture()
        .join();
  }

  private void planAll() {
    for (Runnable next = planning.poll(); next != null; next = planning.poll()) {
      next.run();
    }
  }

  private void settle() {
    for (int i = 0; i < 10; i++) {
      life.step();
      planAll();
      life.step();
      authority.decide(Duration.ZERO);
    }
    life.step();
  }

  @Test
  void deliveriesOfAProjectBecomeRunsInTheirOrder() {
    deliver("p1", "one", "a");
    deliver("p1", "two", "b");
    settle();
    assertThat(authority.asked()).containsExactly("project/p1@0: one", "project/p1@1: two");
    assertThat(life.consumer.waiting()).isZero();
  }

  @Test
  void aPushIsTheFirstSpanInTheTraceOfItsRun() {
    deliver("p1", "one", "a");
    settle();
    RunTrace trace = RunTrace.of(RunId.parse("project/p1/1"));
    assertThat(traces.spans())
        .containsExactly(
            new Span(
                trace.id(),
                trace.cause(),
                null,
                "push",
                Instant.EPOCH,
                Instant.EPOCH,
                Map.of(
                    "cicd.pipeline.run.id", "project/p1/1",
                    "millrace.run", "project/p1/1",
                    "millrace.project", "p1",
                    "vcs.ref.head.name", "one",
                    "vcs.ref.head.revision", "a",
                    "vcs.ref.type", "branch"),
                null));
  }

  @Test
  void aPushThatIsAnsweredOnlyInTheNextLifeHasItsSpanThen() {
    deliver("p1", "one", "a");
    life.step();
    planAll();
    life.step();
    life.close();

    life = new Life();
    settle();
    assertThat(traces.named("push")).hasSize(1);
  }

  @Test
  void aPushWithoutRunsHasNoSpan() {
    planner = _ -> Plan.none("nothing to do");
    deliver("p1", "one", "a");
    settle();
    assertThat(traces.spans()).isEmpty();
  }

  @Test
  void aSlowPlanHoldsUpItsOwnProjectOnly() {
    deliver("p1", "slow", "a");
    deliver("p1", "next", "b");
    life.step();
    Runnable slow = planning.remove();
    deliver("p2", "quick", "c");
    settle();
    assertThat(authority.asked()).containsExactly("project/p2@2: quick");
    slow.run();
    settle();
    assertThat(authority.asked())
        .containsExactly("project/p2@2: quick", "project/p1@0: slow", "project/p1@1: next");
  }

  @Test
  void theNextLifeDoesNotRepeatWhatIsSettledAndForgetsNothing() {
    deliver("p1", "one", "a");
    settle();
    deliver("p1", "two", "b");
    life.step();
    life.close();
    planning.clear();

    life = new Life();
    settle();
    assertThat(authority.asked()).containsExactly("project/p1@0: one", "project/p1@1: two");
  }

  @Test
  void theNextLifeKnowsTheRefsOfDeliveriesThatAreDeleted() {
    deliver("p1", "one", "a");
    deliver("p1", "gone", "b");
    settle();
    life.close();
    int partition =
        DeliveryLog.partition(RootGroup.of(new ProjectId("p1")), PARTITIONS).partition();
    bus.trim(new TopicPartition(Topics.INCOMING_DELIVERIES.name(), partition), 2)
        .toCompletableFuture()
        .join();
    starts =
        p ->
            p == partition
                ? new DeliveryStarts.Start(
                    2, Map.of(RootGroup.of(new ProjectId("p1")), Map.of("refs/heads/one", "a")))
                : DeliveryStarts.FIRST.of(p);

    life = new Life();
    deliver("p1", "one", "a");
    deliver("p1", "gone", "b");
    settle();
    assertThat(authority.asked())
        .containsExactly(
            "project/p1@0: one",
            "project/p1@1: gone",
            "project/p1@2: refs/heads/one is there already",
            "project/p1@3: gone");
    assertThat(life.consumer.waiting()).isZero();
  }

  @Test
  void nothingIsReadAsLongAsItIsNotKnownWhatTheRefsWere() {
    life.close();
    deliver("p1", "one", "a");
    starts =
        _ -> {
          throw new IllegalStateException("the object storage is away");
        };
    life = new Life();
    settle();
    assertThat(authority.asked()).isEmpty();

    starts = DeliveryStarts.FIRST;
    nanos += Duration.ofSeconds(11).toNanos();
    settle();
    assertThat(authority.asked()).containsExactly("project/p1@0: one");
  }

  @Test
  void aCommandWithoutADecisionIsPublishedAgainUnderItsId() {
    deliver("p1", "one", "a");
    life.step();
    planAll();
    life.step();
    nanos += Duration.ofSeconds(11).toNanos();
    life.step();
    authority.refusal = _ -> authority.seen.size() > 1 ? stale() : null;
    settle();
    assertThat(authority.seen).hasSize(2);
    assertThat(authority.seen.getFirst().id()).isEqualTo(authority.seen.getLast().id());
    assertThat(authority.seen.getFirst().waited()).isTrue();
    assertThat(life.consumer.waiting()).isZero();
  }

  private long published() {
    return IntStream.range(0, PARTITIONS)
        .mapToLong(
            p ->
                bus.extent(new TopicPartition(Topics.RUN_COMMANDS.name(), p))
                    .toCompletableFuture()
                    .join()
                    .end())
        .sum();
  }

  private void turn(Duration time) {
    for (long second = 0; second < time.toSeconds(); second++) {
      nanos += Duration.ofSeconds(1).toNanos();
      life.step();
    }
  }

  @Test
  void whileNoDecisionComesACommandIsPublishedEverLessOften() {
    deliver("p1", "one", "a");
    life.step();
    planAll();
    life.step();
    turn(Duration.ofMinutes(10));
    // At once, after 10, 30, 70 and 150 s, then every 160 s; sixty times if it were every 10 s.
    assertThat(published()).isEqualTo(7);

    authority.refusal = _ -> authority.seen.size() > 1 ? stale() : null;
    settle();
    assertThat(life.consumer.waiting()).isZero();
  }

  @Test
  void aWriterThatAnswersIsAskedAgainAsSoonAsEver() {
    deliver("p1", "one", "a");
    life.step();
    planAll();
    life.step();
    turn(Duration.ofMinutes(5));
    authority.refusal = _ -> new Rejected(Code.MAINTENANCE, "in maintenance");
    settle();
    long before = published();
    authority.refusal = _ -> null;
    turn(Duration.ofSeconds(11));
    assertThat(published()).isEqualTo(before + 1);

    settle();
    assertThat(life.consumer.waiting()).isZero();
  }

  @Test
  void itKnowsHowManyDeliveriesOfEachProjectWait() {
    deliver("p1", "one", "a");
    deliver("p1", "two", "b");
    deliver("p2", "one", "c");
    life.step();
    assertThat(life.consumer.waiting(RootGroup.of(new ProjectId("p1")))).isEqualTo(2);
    assertThat(life.consumer.waiting(RootGroup.of(new ProjectId("p2")))).isEqualTo(1);

    settle();
    assertThat(life.consumer.waiting(RootGroup.of(new ProjectId("p1")))).isZero();
  }

  private static Rejected stale() {
    return new Rejected(Code.STALE, "settled already");
  }

  @Test
  void aRefusedCommandBecomesARunThatSaysWhy() {
    authority.refusal =
        create ->
            create.runs().getFirst().setupErrors().isEmpty()
                ? new Rejected(Code.INVALID, "too many tasks")
                : null;
    deliver("p1", "one", "a");
    deliver("p1", "two", "b");
    settle();
    assertThat(authority.asked())
        .containsExactly(
            "project/p1@0: one", "project/p1@0: one", "project/p1@1: two", "project/p1@1: two");
    assertThat(authority.seen).extracting(c -> c.id()).doesNotHaveDuplicates();
    assertThat(life.consumer.waiting()).isZero();
  }

  @Test
  void aPlannerThatFailsIsAskedAgainUntilItIsGivenUp() {
    planner =
        _ -> {
          throw new IOException("disk full");
        };
    deliver("p1", "one", "a");
    for (int i = 0; i < 6; i++) {
      settle();
      nanos += Duration.ofSeconds(10).toNanos();
    }
    assertThat(authority.asked()).containsExactly("project/p1@0: refs/heads/one: disk full");
  }

  @Test
  void aDeliveryThatWasRecordedTwiceCreatesNothingMore() {
    deliver("p1", "one", "a");
    deliver("p1", "one", "a");
    settle();
    assertThat(authority.asked())
        .containsExactly("project/p1@0: one", "project/p1@1: refs/heads/one is there already");
  }

  @Test
  void aCommandThatWouldBeTooLargeIsNotPublished() {
    planner =
        delivery ->
            new Plan(
                List.of(
                    new RunSpec(
                        "large",
                        "/project/" + delivery.project(),
                        Map.of("x", "y".repeat(2 << 20)),
                        List.of(),
                        Map.of(),
                        Map.of(),
                        List.of())),
                "");
    deliver("p1", "one", "a");
    settle();
    assertThat(authority.asked())
        .containsExactly("project/p1@0: refused: the runs are larger than a command may be, 1 MiB");
  }
}
