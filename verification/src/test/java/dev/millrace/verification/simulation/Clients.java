package dev.millrace.verification.simulation;

import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Answer;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.events.Actor;
import dev.millrace.events.Command;
import dev.millrace.events.CommandId;
import dev.millrace.events.Outcome;
import dev.millrace.events.Outcome.Code;
import dev.millrace.events.RootGroup;
import dev.millrace.events.Topics;
import dev.millrace.events.run.RunCommand;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The ways to send commands: those who wait for an answer, and those who do not. */
final class Clients {
  private final World world;
  private final Chaos chaos;
  private final SimulatedBus bus;
  private final Wishes wishes;
  private final List<Ask> open = new ArrayList<>();
  private final List<Sent> sent = new ArrayList<>();

  private record Sent(TopicPartition to, @Nullable String key, byte[] value) {}

  /** Somebody who asks until there is an answer. */
  private static final class Ask {
    final Command<RunCommand> command;
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    long until;

    Ask(Command<RunCommand> command) {
      this.command = command;
    }
  }

  Clients(World world) {
    this.world = world;
    this.chaos = world.broker.chaos;
    this.bus = SimulatedBus.of(world.broker);
    this.wishes = new Wishes(world, this);
  }

  /** The roots of those who still wait. */
  List<RootGroup> waiting() {
    return open.stream().map(ask -> ask.command.body().root()).toList();
  }

  /** Asks until there is an answer. */
  void ask(RunCommand body, Actor actor) {
    var ask = new Ask(command(body, actor, true, world.broker.time.now()));
    remember(ask.command);
    ask(ask);
    open.add(ask);
  }

  private void ask(Ask ask) {
    List<Replica> living = world.replicas.stream().filter(each -> each.alive).toList();
    ask.until = world.broker.time.nanos() + Duration.ofMillis(3_500).toNanos();
    if (!living.isEmpty()) {
      ask.answer =
          chaos
              .pick(living)
              .authority
              .submit(ask.command, Duration.ofSeconds(3))
              .toCompletableFuture();
    }
  }

  /** An answer came another way; only broken protocols have one. */
  void answered(CommandId id, Outcome outcome) {
    for (Ask ask : List.copyOf(open)) {
      if (ask.command.id().equals(id)) {
        ask.answer.complete(new Answer(id, outcome, 0, 1));
      }
    }
  }

  void step() {
    for (Ask ask : List.copyOf(open)) {
      if (ask.answer.isDone() && !ask.answer.isCompletedExceptionally()) {
        Answer answer = ask.answer.join();
        if (!isUndecided(answer)) {
          open.remove(ask);
          world.oracles.checkAnswer(ask.command.id(), ask.command.body().root(), answer);
          continue;
        }
      }
      boolean over = ask.answer.isDone() || ask.until < world.broker.time.nanos();
      if (over || chaos.strikes(Fault.SAME_ID_THROUGH_ANOTHER_REPLICA)) {
        ask(ask);
      }
    }
    wishes.step();
  }

  // Nobody has decided it: too many wait there.
  private static boolean isUndecided(Answer answer) {
    return answer.n() == 0
        && answer.outcome() instanceof Outcome.Rejected r
        && r.code() == Code.TRY_LATER;
  }

  Command<RunCommand> command(RunCommand body, Actor actor, boolean waited, Instant made) {
    return new Command<>(new CommandId(world.id()), made, actor, waited, null, body);
  }

  /** Sends a command without waiting for it. */
  void publish(Command<RunCommand> command) {
    Sent first = remember(command);
    raw(first.to(), first.key(), first.value());
    if (chaos.strikes(Fault.COMMAND_DOUBLED)) {
      raw(first.to(), first.key(), first.value());
    }
  }

  private Sent remember(Command<RunCommand> command) {
    var first =
        new Sent(
            partition(command.body().root()),
            Ledgers.RUNS.key().apply(command.body()),
            Ledgers.RUNS.commandCodec().write(command));
    if (command.waited() || command.body() instanceof RunCommand.CreateRuns) {
      sent.add(first);
    }
    return first;
  }

  /** Sends again what was sent at some time. */
  void repeat() {
    if (!sent.isEmpty()) {
      Sent again = chaos.pick(sent);
      raw(again.to(), again.key(), again.value());
    }
  }

  void raw(TopicPartition to, @Nullable String key, byte[] value) {
    // An appender each: they are independent of each other.
    var _ = bus.appender("client").append(to, key, value).exceptionally(_ -> null);
  }

  static TopicPartition partition(RootGroup root) {
    return new TopicPartition(Topics.RUN_COMMANDS.name(), Oracles.partition(root));
  }
}
