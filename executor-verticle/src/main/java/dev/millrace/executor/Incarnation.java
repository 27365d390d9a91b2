package dev.millrace.executor;

import dev.millrace.bus.TopicPartition;
import dev.millrace.events.Partitions;
import dev.millrace.events.Topics;
import dev.millrace.events.run.Assignment;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ClaimedTask;
import dev.millrace.events.run.ExecutorRef;
import dev.millrace.events.run.LogRange;
import dev.millrace.executor.core.Agent;
import dev.millrace.executor.core.Order;
import dev.millrace.executor.core.StepExit;
import dev.millrace.executor.core.Steps;
import dev.millrace.executor.drivers.Driver;
import dev.millrace.traces.Traces;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One incarnation: carries out what the {@link Agent} orders and tells it what came of it. On the
 * loop's thread; what comes back from other threads comes through the inbox.
 */
final class Incarnation {
  private static final Logger LOG = LoggerFactory.getLogger(Incarnation.class);
  private static final Duration CLAIM_AGAIN = Duration.ofMillis(250);

  private final ExecutorSettings settings;
  private final Driver driver;
  private final Claims claims;
  private final Inbox inbox;
  private final Channel logs;
  private final int logPartitions;
  private final Traces traces;
  private final InstantSource clock;
  private final Runnable changed;
  private final Agent agent;
  private final Reports reports;
  private final Map<AttemptRef, Work> works = new HashMap<>();
  private String unclaimable = "";

  // What there is of an attempt beside what the agent knows. Entries outlive their attempt until
  // its workspace has been removed.
  private static final class Work {
    final CompletionStage<Driver.Workspace> place;
    final OutputLimit output;
    final AttemptSpans spans;
    @Nullable LogStream log;

    Work(CompletionStage<Driver.Workspace> place, OutputLimit output, AttemptSpans spans) {
      this.place = place;
      this.output = output;
      this.spans = spans;
    }
  }

  Incarnation(
      ExecutorRef self,
      ExecutorSettings settings,
      Driver driver,
      Claims claims,
      InstantSource clock,
      Supplier<String> ids,
      Inbox inbox,
      Channel commands,
      Channel logs,
      int commandPartitions,
      int logPartitions,
      Traces traces,
      Runnable changed) {
    this.settings = settings;
    this.driver = driver;
    this.claims = claims;
    this.inbox = inbox;
    this.logs = logs;
    this.logPartitions = logPartitions;
    this.traces = traces;
    this.clock = clock;
    this.changed = changed;
    this.agent = new Agent(self, settings.slots(), new Steps(settings.repositories().toString()));
    this.reports =
        new Reports(self, commands, commandPartitions, clock, ids, inbox, settings.reportDelay());
  }

  ExecutorRef self() {
    return agent.self();
  }

  List<AttemptRef> held() {
    return agent.held();
  }

  boolean leaving() {
    return agent.leaving();
  }

  /** Whether nothing is held, running or still to be told. */
  boolean isDone() {
    return agent.held().isEmpty() && works.isEmpty() && reports.isEmpty();
  }

  void assigned(Assignment assignment) {
    carryOut(agent.assigned(assignment));
  }

  void leave(String why) {
    carryOut(agent.leave(why));
  }

  void retire(String why) {
    agent.retire(why);
  }

  /**
   * Ends everything at once; completes when nothing runs any more. Of each attempt it is told only
   * once nothing of it runs: a run may end by what is told here.
   */
  CompletionStage<Void> lose(String why) {
    Map<AttemptRef, CompletableFuture<Void>> gone = new HashMap<>();
    works.forEach((attempt, work) -> gone.put(attempt, end(work)));
    works.clear();
    for (Order.Report report : agent.lose(why)) {
      gone.put(
          report.attempt(),
          gone.getOrDefault(report.attempt(), CompletableFuture.completedFuture(null))
              .thenRun(() -> inbox.post(() -> reports.report(report))));
    }
    return CompletableFuture.allOf(gone.values().toArray(CompletableFuture<?>[]::new));
  }

  private static CompletableFuture<Void> end(Work work) {
    if (work.log != null) {
      work.log.abandon();
    }
    return work.place
        .handle((place, _) -> place)
        .thenCompose(
            place ->
                place == null
                    ? CompletableFuture.<Void>completedStage(null)
                    : place.stop(Duration.ZERO).thenApply(_ -> tidy(place)))
        .toCompletableFuture();
  }

  private static @Nullable Void tidy(Driver.Workspace place) {
    place.destroy().whenComplete((_, failure) -> removed(failure));
    return null;
  }

  private static void removed(@Nullable Throwable failure) {
    if (failure != null) {
      LOG.warn("a workspace could not be removed", failure);
    }
  }

  private void carryOut(List<Order> orders) {
    for (Order order : orders) {
      switch (order) {
        case Order.Claim o -> claim(o);
        case Order.Prepare o -> prepare(o.attempt());
        case Order.RunStep o -> run(o);
        case Order.Stop o -> stop(o.attempt());
        case Order.Remove o -> remove(o.attempt());
        case Order.Report o -> reports.report(o);
        case Order.Unassign o -> {
          reports.unassign(o);
          changed.run();
        }
      }
    }
  }

  private void claim(Order.Claim order) {
    AttemptRef attempt = order.attempt();
    if (!agent.holds(attempt)) {
      return;
    }
    claims
        .claim(attempt, self(), key(order))
        .whenComplete((task, failure) -> inbox.post(() -> answered(order, task, failure)));
  }

  // The same attempt may be given again after it was given back, by a later decision.
  private String key(Order.Claim order) {
    return "claim-"
        + HexFormat.of().toHexDigits(order.attempt().toString().hashCode())
        + "-"
        + order.n()
        + "-"
        + self().incarnation();
  }

  private void answered(
      Order.Claim order, @Nullable ClaimedTask task, @Nullable Throwable failure) {
    if (task != null) {
      unclaimable = "";
      Work work = works.get(order.attempt());
      if (work != null) {
        work.spans.claimed(task);
      }
      carryOut(agent.claimed(task));
      return;
    }
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof ClaimRefusedException) {
      about(LOG.atInfo(), order.attempt())
          .log("{} is not to be had: {}", order.attempt(), cause.getMessage());
      carryOut(agent.refused(order.attempt()));
    } else if (agent.holds(order.attempt())) {
      String why = cause == null ? "it was not given" : sentence(cause);
      // All of them are asked several times a second: the same reason is no news.
      about(LOG.atLevel(why.equals(unclaimable) ? Level.DEBUG : Level.WARN), order.attempt())
          .log("the claim of {} has no answer, is sent again: {}", order.attempt(), why);
      unclaimable = why;
      inbox.after(CLAIM_AGAIN, () -> claim(order));
    }
  }

  private void prepare(AttemptRef attempt) {
    var spans = new AttemptSpans(traces, clock, self().id(), attempt);
    var place = driver.prepare();
    works.put(attempt, new Work(place, new OutputLimit(settings.outputLimit()), spans));
    place.whenComplete(
        (_, failure) ->
            inbox.post(
                () -> {
                  spans.prepared(failure == null);
                  carryOut(
                      failure == null
                          ? agent.prepared(attempt)
                          : agent.notPrepared(attempt, sentence(failure)));
                }));
  }

  private static String sentence(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }

  private void run(Order.RunStep order) {
    AttemptRef attempt = order.attempt();
    Work work = works.get(attempt);
    if (work == null) {
      throw new IllegalStateException(attempt + " has no workspace");
    }
    var partition =
        new TopicPartition(
            Topics.TASK_LOGS.name(), Partitions.of(attempt.run().toString(), logPartitions));
    var log =
        new LogStream(
            logs, partition, attempt, self().incarnation(), order.step(), work.output, inbox);
    work.log = log;
    Instant begun = clock.instant();
    work.place
        .thenCompose(place -> place.run(order.command(), log))
        .thenCompose(exit -> log.finish().thenApply(range -> new Ended(exit, range)))
        .whenComplete(
            (ended, failure) ->
                inbox.post(
                    () -> {
                      Ended end =
                          failure == null
                              ? ended
                              : new Ended(new StepExit.Failed(sentence(failure)), null);
                      work.spans.ended(order.step(), begun, end.exit);
                      carryOut(agent.ended(attempt, order.step(), end.exit, end.log));
                    }));
  }

  private record Ended(StepExit exit, @Nullable LogRange log) {}

  private void stop(AttemptRef attempt) {
    Work work = works.get(attempt);
    if (work != null) {
      work.place
          .thenCompose(place -> place.stop(settings.grace()))
          .whenComplete(
              (_, failure) -> {
                if (failure != null) {
                  about(LOG.atError(), attempt)
                      .setCause(failure)
                      .log("{} could not be stopped", attempt);
                }
              });
    }
  }

  private void remove(AttemptRef attempt) {
    changed.run();
    Work work = works.get(attempt);
    if (work != null) {
      work.place
          .handle((place, _) -> place)
          .thenCompose(
              place -> place == null ? CompletableFuture.completedStage(null) : place.destroy())
          .whenComplete(
              (_, failure) ->
                  inbox.post(
                      () -> {
                        removed(failure);
                        works.remove(attempt, work);
                        changed.run();
                      }));
    }
  }

  /** For those who look for all that was logged of a run. */
  private static LoggingEventBuilder about(LoggingEventBuilder event, AttemptRef attempt) {
    return event.addKeyValue("run", attempt.run()).addKeyValue("task", attempt.task());
  }
}
