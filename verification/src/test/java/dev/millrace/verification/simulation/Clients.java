package dev.millrace.verification.simulation;

import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Answer;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.events.Actor;
import dev.millrace.events.Command;
import dev.millrace.events.CommandId;
import dev.millrace.events.Outcome;
import dev.millrace.events.Outcome.Code;
import dev.millrace.events.Partitions;
import dev.millrace.events.ProjectId;
import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.Topics;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunSpec;
import dev.millrace.events.run.TaskSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Everybody who wants something: people who wait, programs that do not, and nonsense. */
final class Clients {
  private final World world;
  private final Chaos chaos;
  private final SimulatedBus bus;
  private final List<RootGroup> roots =
      IntStream.range(0, 7).mapToObj(i -> RootGroup.of(new ProjectId("p" + i))).toList();
  private final List<Ask> open = new ArrayList<>();
  private final List<Sent> sent = new ArrayList<>();

  private record Sent(TopicPartition to, @Nullable String key, byte[] value) {}

  /** Somebody who asks until there is an answer. */
  private static final class Ask {
    final Command<RunCommand> command;
    final Consumer<Answer> then;
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    long until;

    Ask(Command<RunCommand> command, Consumer<Answer> then) {
      this.command = command;
      this.then = then;
    }
  }

  Clients(World world) {
    this.world = world;
    this.chaos = world.broker.chaos;
    this.bus = new SimulatedBus(world.broker);
  }

  boolean isSatisfied() {
    return open.isEmpty();
  }

  int waiting() {
    return open.size();
  }

  /** Asks until there is an answer. */
  void ask(RunCommand body, Actor actor, Consumer<Answer> then) {
    var ask = new Ask(command(body, actor, true, world.broker.time.now()), then);
    remember(ask.command, Ledgers.RUNS.key().apply(body));
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
        ask.answer.complete(new Answer(id, outcome, 0, 0));
      }
    }
  }

  void step() {
    for (Ask ask : List.copyOf(open)) {
      if (ask.answer.isDone() && !ask.answer.isCompletedExceptionally()) {
        Answer answer = ask.answer.join();
        if (!(answer.outcome() instanceof Outcome.Rejected r && r.code() == Code.TRY_LATER)) {
          open.remove(ask);
          check(ask, answer);
          ask.then.accept(answer);
          continue;
        }
      }
      boolean over = ask.answer.isDone() || ask.until < world.broker.time.nanos();
      if (over || chaos.strikes(Fault.SAME_ID_THROUGH_ANOTHER_REPLICA)) {
        ask(ask);
      }
    }
    if (!chaos.isOver() && chaos.chance(0.1)) {
      int burst = chaos.strikes(Fault.BURST) ? 8 : 1;
      for (int i = 0; i < burst; i++) {
        act();
      }
    }
  }

  private void check(Ask ask, Answer answer) {
    int partition = Partitions.of(ask.command.body().root().toString(), World.PARTITIONS);
    Outcome first = world.oracles[partition].first.get(ask.command.id());
    boolean expired = answer.outcome() instanceof Outcome.Rejected r && r.code() == Code.EXPIRED;
    world.broker.chaos.tally.count("answered");
    if (!world.mayForget(partition)) {
      Violation.unless(
          expired || answer.outcome().equals(first),
          "%s was answered %s, but decided %s",
          ask.command.id(),
          answer.outcome(),
          first);
    }
  }

  private void act() {
    RootGroup root = chaos.pick(roots);
    Instant now = world.broker.time.now();
    if (chaos.strikes(Fault.UNREADABLE)) {
      byte[] value = "{\"id\":\"x\"".getBytes(StandardCharsets.UTF_8);
      raw(partition(root), root.toString(), value);
    } else if (chaos.strikes(Fault.OVERSIZE)) {
      raw(partition(root), root.toString(), new byte[6_001]);
    } else if (chaos.strikes(Fault.WRONG_PARTITION)) {
      var elsewhere =
          new TopicPartition(
              Topics.RUN_COMMANDS.name(), (partition(root).partition() + 1) % World.PARTITIONS);
      raw(elsewhere, root.toString(), Ledgers.RUNS.commandCodec().write(create(root, "ci", now)));
    } else if (chaos.strikes(Fault.NO_KEY)) {
      raw(partition(root), null, Ledgers.RUNS.commandCodec().write(create(root, "ci", now)));
    } else if (chaos.strikes(Fault.MADE_IN_THE_FUTURE)) {
      publish(create(root, "ci", now.plus(Duration.ofSeconds(chaos.upTo(600)))));
    } else if (chaos.strikes(Fault.KILLS_THE_PROCESS)) {
      publish(create(root, Replica.KILLER, now));
    } else if (!sent.isEmpty() && chaos.strikes(Fault.LATE_REPEAT)) {
      Sent again = chaos.pick(sent);
      raw(again.to(), again.key(), again.value());
    } else {
      wish(root, now);
    }
  }

  private void wish(RootGroup root, Instant now) {
    int dice = chaos.upTo(10);
    if (dice < 4) {
      ask(body(root, "ci"), Actor.system("client"), _ -> {});
    } else if (dice < 7) {
      publish(create(root, "ci", now));
    } else {
      long last = world.oracles[partition(root).partition()].state.root(root).lastNumber();
      if (last > 0) {
        var run = new RunId(root, 1 + chaos.upTo((int) last));
        RunCommand body =
            switch (dice) {
              case 7 -> new RunCommand.CancelRun(run);
              case 8 -> new RunCommand.StopRun(run);
              default -> new RunCommand.SetTaskAnnotations(run, "build", Map.of("a", world.id()));
            };
        if (chaos.chance(0.5)) {
          ask(body, Actor.system("client"), _ -> {});
        } else {
          publish(command(body, Actor.system("client"), false, now));
        }
      }
    }
  }

  private Command<RunCommand> create(RootGroup root, String name, Instant made) {
    return command(body(root, name), Actor.system("client"), false, made);
  }

  private RunCommand body(RootGroup root, String name) {
    List<TaskSpec> tasks = new ArrayList<>();
    tasks.add(task("build", List.of()));
    if (chaos.chance(0.3)) {
      tasks.add(task("test", List.of(new TaskSpec.Dependency("build", List.of()))));
    }
    var spec =
        new RunSpec(
            name,
            "/" + root + "/branch/" + (chaos.chance(0.5) ? "main" : "dev"),
            Map.of(),
            List.of(),
            Map.of(),
            Map.of(),
            tasks);
    return new RunCommand.CreateRuns(root, null, List.of(spec), "");
  }

  private static TaskSpec task(String name, List<TaskSpec.Dependency> depends) {
    return new TaskSpec(
        name,
        depends,
        Map.of(),
        null,
        null,
        false,
        false,
        false,
        List.of(new TaskSpec.Step.Run("do", "true", Map.of(), null, null)));
  }

  private Command<RunCommand> command(RunCommand body, Actor actor, boolean waited, Instant made) {
    return new Command<>(new CommandId(world.id()), made, actor, waited, null, body);
  }

  private void publish(Command<RunCommand> command) {
    String key = Ledgers.RUNS.key().apply(command.body());
    Sent first = remember(command, key);
    raw(first.to(), first.key(), first.value());
    if (chaos.strikes(Fault.COMMAND_DOUBLED)) {
      raw(first.to(), first.key(), first.value());
    }
  }

  private Sent remember(Command<RunCommand> command, String key) {
    var first =
        new Sent(partition(command.body().root()), key, Ledgers.RUNS.commandCodec().write(command));
    if (command.waited() || command.body() instanceof RunCommand.CreateRuns) {
      sent.add(first);
    }
    return first;
  }

  private void raw(TopicPartition to, @Nullable String key, byte[] value) {
    // An appender each: they are independent of each other.
    var _ = bus.appender("client").append(to, key, value).exceptionally(_ -> null);
  }

  private static TopicPartition partition(RootGroup root) {
    return new TopicPartition(
        Topics.RUN_COMMANDS.name(), Partitions.of(root.toString(), World.PARTITIONS));
  }
}
