package dev.millrace.verification.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.events.Actor;
import dev.millrace.events.Command;
import dev.millrace.events.Delivery;
import dev.millrace.events.Json;
import dev.millrace.events.ProjectId;
import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.Topics;
import dev.millrace.events.UserId;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.Runs;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What everybody wants: people, programs, pushes; and nonsense. */
final class Wishes {
  private static final Actor CLIENT = Actor.system("client");
  private static final UserId PERSON = new UserId("u1");

  private final World world;
  private final Chaos chaos;
  private final Clients clients;
  private final List<RootGroup> roots =
      IntStream.range(0, 7).mapToObj(i -> RootGroup.of(new ProjectId("p" + i))).toList();
  private int pushes;

  Wishes(World world, Clients clients) {
    this.world = world;
    this.chaos = world.chaos;
    this.clients = clients;
  }

  void step() {
    if (!chaos.isOver() && chaos.chance(0.1)) {
      int burst = chaos.strikes(Fault.BURST) ? 8 : 1;
      for (int i = 0; i < burst; i++) {
        act();
      }
    }
    if (!chaos.isOver() && chaos.chance(0.02)) {
      push(chaos.pick(roots));
    }
    if (chaos.chance(chaos.isOver() ? 0.3 : 0.05)) {
      approve();
    }
  }

  private void act() {
    RootGroup root = chaos.pick(roots);
    TopicPartition right = Clients.partition(root);
    String key = root.toString();
    Instant now = world.broker.time.now();
    if (chaos.strikes(Fault.UNREADABLE)) {
      clients.raw(right, key, "{\"id\":\"x\"".getBytes(UTF_8));
    } else if (chaos.strikes(Fault.OVERSIZE)) {
      clients.raw(right, key, new byte[6_001]);
    } else if (chaos.strikes(Fault.WRONG_PARTITION)) {
      int other = (right.partition() + 1) % World.PARTITIONS;
      clients.raw(new TopicPartition(right.topic(), other), key, bytes(create(root, "ci", now)));
    } else if (chaos.strikes(Fault.NO_KEY)) {
      clients.raw(right, null, bytes(create(root, "ci", now)));
    } else if (chaos.strikes(Fault.MADE_IN_THE_FUTURE)) {
      clients.publish(create(root, "ci", now.plus(Duration.ofSeconds(chaos.upTo(600)))));
    } else if (chaos.strikes(Fault.KILLS_THE_PROCESS)) {
      clients.publish(create(root, Fatal.KILLER, now));
    } else if (chaos.strikes(Fault.DOES_NOT_EVOLVE)) {
      clients.publish(create(root, Fatal.IMPOSSIBLE, now));
    } else if (chaos.strikes(Fault.LATE_REPEAT)) {
      clients.repeat();
    } else {
      wish(root, now);
    }
  }

  private static byte[] bytes(Command<RunCommand> command) {
    return Ledgers.RUNS.commandCodec().write(command);
  }

  private Command<RunCommand> create(RootGroup root, String name, Instant made) {
    return clients.command(body(root, name), CLIENT, false, made);
  }

  private RunCommand body(RootGroup root, String name) {
    return new RunCommand.CreateRuns(root, null, List.of(Specs.any(root, name, chaos)), "");
  }

  private void wish(RootGroup root, Instant now) {
    int dice = chaos.upTo(12);
    if (dice < 4) {
      clients.ask(body(root, "ci"), CLIENT);
    } else if (dice < 7) {
      clients.publish(create(root, "ci", now));
    } else {
      long last = world.oracles.of(root).state.root(root).lastNumber();
      if (last > 0) {
        var run = new RunId(root, 1 + chaos.upTo((int) last));
        RunCommand body =
            switch (dice) {
              case 7 -> new RunCommand.CancelRun(run);
              case 8 -> new RunCommand.StopRun(run);
              case 9 -> new RunCommand.DeleteRun(endedOr(run));
              case 10 -> new RunCommand.DeleteLogs(run, null);
              default -> new RunCommand.SetTaskAnnotations(run, "build", Map.of("a", world.id()));
            };
        if (chaos.chance(0.5)) {
          clients.ask(body, CLIENT);
        } else {
          clients.publish(clients.command(body, CLIENT, false, now));
        }
      }
    }
  }

  // Nobody deletes a run that goes on, but by mistake.
  private RunId endedOr(RunId any) {
    List<PartitionOracle.Ended> ended = world.oracles.of(any.root()).ended;
    return ended.isEmpty() || chaos.chance(0.2) ? any : chaos.pick(ended).run().id();
  }

  private void push(RootGroup root) {
    var delivery =
        new Delivery(
            new ProjectId(root.id()),
            "refs/heads/main",
            null,
            "commit" + pushes++,
            PERSON,
            world.broker.time.now());
    var to = new TopicPartition(Topics.INCOMING_DELIVERIES.name(), Oracles.partition(root));
    clients.raw(to, root.toString(), Json.write(delivery));
    if (chaos.strikes(Fault.DELIVERY_DOUBLED)) {
      clients.raw(to, root.toString(), Json.write(delivery));
    }
  }

  // Somebody looks at what waits for an approval.
  private void approve() {
    Runs runs = world.oracles.of(chaos.upTo(World.PARTITIONS)).state;
    for (RunId id : runs.active().values()) {
      Run run = runs.run(id);
      Run.Task task = run == null ? null : run.tasks().get(Specs.APPROVED);
      if (task != null && task.waitingApproval() && !task.approved()) {
        var approval = new RunCommand.AddApprover(id, Specs.APPROVED, PERSON);
        var actor = Actor.user(PERSON);
        clients.publish(clients.command(approval, actor, false, world.broker.time.now()));
      }
    }
  }
}
