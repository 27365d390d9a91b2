package dev.millrace.gateway;

import dev.millrace.bus.Bus;
import dev.millrace.bus.Follower;
import dev.millrace.bus.LogRecord;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.events.Command;
import dev.millrace.events.LedgerRecord.Cause;
import dev.millrace.events.Outcome;
import dev.millrace.events.Outcome.Rejected;
import dev.millrace.events.Partitions;
import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.Topics;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunCommand.CreateRuns;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.RunSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Decides commands to create runs, and keeps every command that it saw. */
final class FakeRunAuthority {

  private final TestLedger<RunEvent> ledger;
  private final Follower follower;
  private final int partitions;
  private final Map<RootGroup, Long> numbers = new HashMap<>();
  final List<Command<RunCommand>> seen = new ArrayList<>();
  Function<CreateRuns, @Nullable Rejected> refusal = _ -> null;

  FakeRunAuthority(Bus bus) {
    this.ledger = new TestLedger<>(bus, Ledgers.RUNS);
    this.follower = bus.follower("authority");
    this.partitions = bus.partitions(Topics.RUN_COMMANDS.name());
    for (int p = 0; p < partitions; p++) {
      follower.assign(new TopicPartition(Topics.RUN_COMMANDS.name(), p), 0);
    }
  }

  /** Decides what has come, for which it waits at most so long. */
  int decide(Duration wait) {
    List<LogRecord> records = follower.poll(wait);
    for (LogRecord record : records) {
      Command<RunCommand> command = Ledgers.RUNS.commandCodec().read(record.value());
      seen.add(command);
      decide(record, command, (CreateRuns) command.body());
    }
    return records.size();
  }

  private void decide(LogRecord record, Command<RunCommand> command, CreateRuns create) {
    var cause = new Cause.OfCommand(record.offset(), command.id(), 0, command.made(), true);
    Rejected refused = refusal.apply(create);
    List<RunEvent> events = new ArrayList<>();
    if (refused == null) {
      List<RunId> ids = new ArrayList<>();
      for (RunSpec spec : create.runs()) {
        var id = new RunId(create.root(), numbers.merge(create.root(), 1L, Long::sum));
        ids.add(id);
        events.add(new RunEvent.RunCreated(id, spec));
      }
      if (create.delivery() != null) {
        events.add(
            new RunEvent.DeliverySettled(create.root(), create.delivery(), ids, create.reason()));
      }
    }
    Outcome outcome = refused == null ? Outcome.accepted() : refused;
    ledger.decide(record.source().partition(), cause, outcome, events);
  }

  /** Decides by itself. */
  void happen(RootGroup root, RunEvent... events) {
    for (RunEvent event : events) {
      if (event instanceof RunEvent.RunCreated created) {
        numbers.put(root, created.run().number());
      }
    }
    ledger.happen(Partitions.of(root.toString(), partitions), List.of(events));
  }

  /** What was asked for, in short: the delivery, then the names of runs or the reason. */
  List<String> asked() {
    return seen.stream().map(FakeRunAuthority::shown).toList();
  }

  private static String shown(Command<RunCommand> command) {
    var create = (CreateRuns) command.body();
    String what =
        create.runs().isEmpty()
            ? create.reason()
            : String.join(",", create.runs().stream().map(RunSpec::name).toList());
    return create.root() + "@" + create.delivery() + ": " + what;
  }
}
