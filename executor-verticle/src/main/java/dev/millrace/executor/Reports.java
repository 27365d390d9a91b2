package dev.millrace.executor;

import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.LedgerKind;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.events.Actor;
import dev.millrace.events.Command;
import dev.millrace.events.CommandId;
import dev.millrace.events.Partitions;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ExecutorRef;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunCommand.ReportTask;
import dev.millrace.events.run.RunCommand.TaskEnd;
import dev.millrace.events.run.RunCommand.UnassignTask;
import dev.millrace.events.run.StepReport;
import dev.millrace.executor.core.Order;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the news of one incarnation. Per attempt one command after the other, each sent until
 * it is on its topic: from there on it will be decided. What can wait is joined with what comes
 * after it. On the loop's thread.
 */
final class Reports {
  private static final Logger LOG = LoggerFactory.getLogger(Reports.class);
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final LedgerKind<?, RunCommand, ?> RUNS = Ledgers.RUNS;

  private final ExecutorRef self;
  private final Channel channel;
  private final int partitions;
  private final InstantSource clock;
  private final Supplier<String> ids;
  private final Inbox inbox;
  private final Duration delay;
  private final Map<AttemptRef, News> news = new HashMap<>();

  private static final class News {
    final Map<Integer, StepReport> steps = new LinkedHashMap<>();
    @Nullable TaskEnd end;
    boolean onItsWay;
    boolean timed;
  }

  Reports(
      ExecutorRef self,
      Channel channel,
      int partitions,
      InstantSource clock,
      Supplier<String> ids,
      Inbox inbox,
      Duration delay) {
    this.self = self;
    this.channel = channel;
    this.partitions = partitions;
    this.clock = clock;
    this.ids = ids;
    this.inbox = inbox;
    this.delay = delay;
  }

  /** Whether all has been told. */
  boolean isEmpty() {
    return news.isEmpty();
  }

  void report(Order.Report report) {
    News about = news.computeIfAbsent(report.attempt(), _ -> new News());
    report.steps().forEach(step -> about.steps.put(step.step(), step));
    about.end = report.end() == null ? about.end : report.end();
    if (about.end != null) {
      flush(report.attempt());
    } else if (!about.timed) {
      about.timed = true;
      inbox.after(
          delay,
          () -> {
            about.timed = false;
            flush(report.attempt());
          });
    }
  }

  void unassign(Order.Unassign order) {
    send(new UnassignTask(order.attempt(), self, order.reason()), () -> {});
  }

  private void flush(AttemptRef attempt) {
    News about = news.get(attempt);
    if (about == null || about.onItsWay) {
      return;
    }
    if (about.steps.isEmpty() && about.end == null) {
      news.remove(attempt);
      return;
    }
    var command = new ReportTask(attempt, self, List.copyOf(about.steps.values()), about.end);
    about.steps.clear();
    about.end = null;
    about.onItsWay = true;
    send(
        command,
        () -> {
          about.onItsWay = false;
          boolean nothing = about.steps.isEmpty() && about.end == null;
          if (nothing || about.end != null || !about.timed) {
            flush(attempt);
          }
        });
  }

  private void send(RunCommand body, Runnable then) {
    var id = new CommandId(ids.get());
    publish(new Command<>(id, clock.instant(), Actor.executor(self.id()), false, null, body), then);
  }

  private void publish(Command<RunCommand> command, Runnable then) {
    String key = RUNS.key().apply(command.body());
    channel
        .append(
            new TopicPartition(RUNS.commands().name(), Partitions.of(key, partitions)),
            key,
            RUNS.commandCodec().write(command))
        .whenComplete(
            (_, failure) -> {
              if (failure == null) {
                inbox.post(then);
              } else {
                LOG.atWarn()
                    .addKeyValue("command", command.id())
                    .log(
                        "{} may not have been sent, is sent again: {}",
                        command.id(),
                        failure.toString());
                inbox.after(PAUSE, () -> publish(command, then));
              }
            });
  }
}
