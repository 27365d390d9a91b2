package dev.millrace.executor;

import static dev.millrace.executor.Workshop.attempt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bus.BusException;
import dev.millrace.bus.TopicPartition;
import dev.millrace.events.Topics;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ExecutorStatus;
import dev.millrace.events.run.LogRange;
import dev.millrace.events.run.RunCommand.ReportTask;
import dev.millrace.events.run.RunCommand.TaskEnd;
import dev.millrace.events.run.RunCommand.UnassignTask;
import dev.millrace.events.run.StepReport;
import dev.millrace.events.run.StepStatus;
import dev.millrace.events.run.TaskOutcome;
import dev.millrace.executor.FaultyBus.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ExecutorLoopTest {
  private static final AttemptRef ONE = attempt(1);
  private static final AttemptRef TWO = attempt(2);

  private final Workshop shop = new Workshop(1);

  @Test
  void aQuickTaskIsOneReport() {
    shop.assign(ONE);
    shop.accept(ONE, Map.of(), 2);
    assertThat(shop.reports(ONE))
        .containsExactly(
            new ReportTask(
                ONE,
                shop.self(),
                List.of(
                    new StepReport(0, StepStatus.success, 0, new LogRange(0, 0, -1, 0)),
                    new StepReport(1, StepStatus.success, 0, new LogRange(0, 0, -1, 0))),
                new TaskEnd(TaskOutcome.success, "")))
        .allSatisfy(_ -> assertThat(shop.broken).isEmpty());
  }

  @Test
  void aLongStepIsReportedWhileItRuns() {
    shop.assign(ONE);
    shop.accept(ONE, Map.of("MILLRACE_DUMMY_SLEEP", "500"), 1);
    assertThat(shop.reports(ONE)).isEmpty();
    shop.pass(Duration.ofMillis(120));
    assertThat(shop.reports(ONE))
        .extracting(ReportTask::steps)
        .containsExactly(List.of(new StepReport(0, StepStatus.running, null, null)));
    shop.pass(Duration.ofMillis(500));
    assertThat(shop.reports(ONE).getLast().end()).isEqualTo(new TaskEnd(TaskOutcome.success, ""));
  }

  @Test
  void theReportSaysWhereTheOutputLies() {
    shop.assign(ONE);
    shop.accept(ONE, Map.of("MILLRACE_DUMMY_OUTPUT", "700000"), 1);
    var range = shop.log(ONE);
    assertThat(range.bytes()).isEqualTo(700_000);
    long position = 0;
    for (var record : shop.all(Topics.TASK_LOGS)) {
      assertThat(record.offset()).isBetween(range.first(), range.last());
      assertThat(record.source().partition()).isEqualTo(range.partition());
    }
    for (var chunk : shop.chunks()) {
      assertThat(chunk.position()).isEqualTo(position);
      position += chunk.bytes().length;
    }
    assertThat(position).isEqualTo(700_000);
  }

  @Test
  void whatIsBeyondTheSlotsIsGivenBackAndTheNextSignOfLifeComesSoon() {
    shop.assign(ONE);
    shop.assign(TWO);
    assertThat(shop.commands())
        .containsExactly(new UnassignTask(TWO, shop.self(), "executor e has no free slot"));
    int signs = shop.statuses().size();
    shop.pass(Duration.ofMillis(100));
    assertThat(shop.statuses().size()).isGreaterThan(signs);
  }

  @Test
  void aClaimWithoutAnAnswerIsSentAgainWithTheSameKey() {
    shop.assign(ONE);
    shop.claimed(ONE).completeExceptionally(new BusException("unanswered", null));
    shop.pass(Duration.ofMillis(300));
    assertThat(shop.claimKeys).hasSize(2);
    assertThat(shop.claimKeys.get(0)).isEqualTo(shop.claimKeys.get(1));
    shop.accept(ONE, Map.of(), 1);
    assertThat(shop.reports(ONE)).hasSize(1);
  }

  @Test
  void aRefusedClaimFreesTheSlot() {
    shop.assign(ONE);
    shop.claimed(ONE).completeExceptionally(new ClaimRefusedException("stale"));
    shop.assign(TWO);
    shop.accept(TWO, Map.of(), 1);
    assertThat(shop.reports(TWO)).hasSize(1);
    assertThat(shop.reports(ONE)).isEmpty();
  }

  @Test
  void aReportThatDidNotLandIsSentAgainAsTheSameCommand() {
    var tries = new AtomicInteger();
    shop.bus.faults(
        (partition, _) ->
            partition.topic().equals(Topics.RUN_COMMANDS.name()) && tries.getAndIncrement() < 3
                ? Fault.LANDS_BUT_FAILS
                : Fault.NONE);
    shop.assign(ONE);
    shop.accept(ONE, Map.of(), 1);
    shop.pass(Duration.ofSeconds(1));
    assertThat(shop.all(Topics.RUN_COMMANDS)).hasSize(4);
    assertThat(shop.all(Topics.RUN_COMMANDS))
        .extracting(record -> new String(record.value(), java.nio.charset.StandardCharsets.UTF_8))
        .containsOnly(
            new String(
                shop.all(Topics.RUN_COMMANDS).getFirst().value(),
                java.nio.charset.StandardCharsets.UTF_8));
  }

  @Test
  void outputThatDidNotLandIsSentAgainAndNoneIsMissing() {
    var tries = new AtomicInteger();
    shop.bus.faults(
        (partition, _) ->
            partition.topic().equals(Topics.TASK_LOGS.name())
                ? switch (tries.getAndIncrement() % 3) {
                  case 0 -> Fault.FAILS;
                  case 1 -> Fault.LANDS_BUT_FAILS;
                  default -> Fault.NONE;
                }
                : Fault.NONE);
    shop.assign(ONE);
    shop.accept(ONE, Map.of("MILLRACE_DUMMY_OUTPUT", "700000"), 1);
    shop.pass(Duration.ofSeconds(5));
    var range = shop.log(ONE);
    assertThat(range.bytes()).isEqualTo(700_000);
    long position = 0;
    for (var record : shop.all(Topics.TASK_LOGS)) {
      var chunk = dev.millrace.events.run.LogChunk.read(record.value());
      assertThat(chunk.position()).isLessThanOrEqualTo(position);
      if (record.offset() >= range.first() && record.offset() <= range.last()) {
        position = Math.max(position, chunk.position() + chunk.bytes().length);
      }
    }
    assertThat(position).isEqualTo(700_000);
  }

  @Test
  void aStoppedTaskEndsAsCancelled() {
    shop.assign(ONE);
    shop.accept(ONE, Map.of("MILLRACE_DUMMY_SLEEP", "5000"), 1);
    shop.stop(ONE);
    assertThat(shop.reports(ONE).getLast().end())
        .isEqualTo(new TaskEnd(TaskOutcome.cancelled, "the run is stopping"));
  }

  @Test
  void signsOfLifeComeEachSecondAndNameWhatIsHeld() {
    shop.assign(ONE);
    shop.pass(Duration.ofMillis(4500));
    assertThat(shop.statuses().size()).isBetween(5, 6);
    assertThat(shop.statuses().getLast().attempts()).containsExactly(ONE);
  }

  @Test
  void whoCannotRenewItsLeaseEndsItsTasksBeforeItsEndAndGoesOnAsAnother() {
    shop.assign(ONE);
    shop.accept(ONE, Map.of("MILLRACE_DUMMY_SLEEP", "3600000"), 1);
    var before = shop.self();
    shop.bus.faults(
        (partition, _) ->
            partition.topic().equals(Topics.EXECUTOR_STATUS.name()) ? Fault.FAILS : Fault.NONE);
    shop.pass(Duration.ofSeconds(7));
    assertThat(shop.reports(ONE)).allSatisfy(report -> assertThat(report.end()).isNull());
    shop.pass(Duration.ofMillis(1100));
    assertThat(shop.reports(ONE).getLast().end())
        .isEqualTo(new TaskEnd(TaskOutcome.lost, "executor e could not renew its lease"));
    assertThat(shop.reports(ONE).getLast().executor()).isEqualTo(before);
    shop.bus.faults((_, _) -> Fault.NONE);
    shop.pass(Duration.ofMillis(1100));
    assertThat(shop.self()).isNotEqualTo(before);
    assertThat(shop.statuses().getLast().attempts()).isEmpty();
    shop.assign(TWO);
    shop.accept(TWO, Map.of(), 1);
    assertThat(shop.reports(TWO)).hasSize(1);
  }

  @Test
  void aStepThatEndsAfterTheLeaseWasLostDoesNotCount() {
    shop.assign(ONE);
    shop.accept(ONE, Map.of("MILLRACE_DUMMY_SLEEP", "9000"), 1);
    shop.jump(Duration.ofSeconds(9)); // this process was stopped, or the machine suspended
    shop.settle();
    assertThat(shop.reports(ONE).getLast().end())
        .isEqualTo(new TaskEnd(TaskOutcome.lost, "executor e could not renew its lease"));
  }

  @Test
  void aLostTaskIsToldOnlyOnceNothingOfItRuns() {
    var gone = new CompletableFuture<Void>();
    var slow = new Workshop(1, driver -> new SlowToStop(driver, gone), (_, _) -> Fault.NONE);
    slow.assign(ONE);
    slow.accept(ONE, Map.of("MILLRACE_DUMMY_SLEEP", "60000"), 1);
    slow.bus.faults((to, _) -> signs(to) ? Fault.FAILS : Fault.NONE);
    slow.pass(Duration.ofSeconds(9));
    assertThat(slow.reports(ONE)).extracting(ReportTask::end).containsOnlyNulls();

    gone.complete(null);
    slow.settle();
    assertThat(slow.reports(ONE).getLast().end())
        .isNotNull()
        .extracting(TaskEnd::outcome)
        .isEqualTo(TaskOutcome.lost);
  }

  @Test
  void whoWasHeardButNeverAnsweredHasALeaseThatEnds() {
    var cutOff = new Workshop(1, d -> d, (to, _) -> signs(to) ? Fault.LANDS_BUT_FAILS : Fault.NONE);
    cutOff.assign(ONE);
    cutOff.accept(ONE, Map.of("MILLRACE_DUMMY_SLEEP", "60000"), 1);
    cutOff.bus.faults((to, _) -> signs(to) ? Fault.FAILS : Fault.NONE);
    cutOff.pass(Duration.ofSeconds(8));
    assertThat(cutOff.reports(ONE).getLast().end())
        .isNotNull()
        .extracting(TaskEnd::outcome)
        .isEqualTo(TaskOutcome.lost);
  }

  private static boolean signs(TopicPartition to) {
    return to.topic().equals(Topics.EXECUTOR_STATUS.name());
  }

  @Test
  void whoLeavesSaysSoAndStopsWhatRuns() {
    shop.assign(ONE);
    shop.accept(ONE, Map.of("MILLRACE_DUMMY_SLEEP", "3600000"), 1);
    var left = new AtomicInteger();
    shop.loop.leave("closing", left::incrementAndGet);
    shop.settle();
    assertThat(left).hasValue(1);
    assertThat(shop.statuses()).last().matches(ExecutorStatus::leaving);
    assertThat(shop.reports(ONE).getLast().end())
        .isEqualTo(new TaskEnd(TaskOutcome.lost, "closing"));
  }

  @Test
  void whoRetiresTakesNothingMoreAndLeavesWhenWhatRunsHasEnded() {
    shop.assign(ONE);
    shop.accept(ONE, Map.of("MILLRACE_DUMMY_SLEEP", "5000"), 1);
    var left = new AtomicInteger();
    shop.loop.retire("closing", left::incrementAndGet);
    shop.settle();
    assertThat(shop.statuses()).last().matches(ExecutorStatus::leaving);
    assertThat(left).hasValue(0);
    shop.assign(TWO);
    assertThat(shop.commands()).last().isInstanceOf(UnassignTask.class);
    shop.pass(Duration.ofMillis(5_100));
    assertThat(shop.reports(ONE).getLast().end()).isEqualTo(new TaskEnd(TaskOutcome.success, ""));
    assertThat(left).hasValue(1);
  }

  @Test
  void thousandsOfDummyTasksRunAtOnce() {
    var big = new Workshop(2_000);
    for (int i = 1; i <= 2_000; i++) {
      big.tell(
          new dev.millrace.events.run.Assignment(
              dev.millrace.events.run.Assignment.Kind.start, attempt(i), big.self(), 0, i, null));
      big.accept(attempt(i), Map.of("MILLRACE_DUMMY_SLEEP", "500"), 1);
    }
    big.pass(Duration.ofMillis(600));
    assertThat(big.commands().stream().filter(c -> c instanceof ReportTask r && r.end() != null))
        .hasSize(2_000);
  }
}
