package dev.millrace.launcher;

import dev.millrace.bus.BusException;
import dev.millrace.bus.kafka.AccessControl;
import dev.millrace.bus.kafka.ClusterCheck;
import dev.millrace.bus.kafka.TopicCreator;
import dev.millrace.bus.kafka.TopicPlan;
import dev.millrace.events.Topics;
import dev.millrace.launcher.settings.Role;
import dev.millrace.launcher.settings.Sources;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "topics",
    description = "Make the topics of an installation on a Kafka cluster, as an administrator.",
    footer = {
      "",
      "Topics that are there are checked, and left as they are: it may be given again at any time.",
      "The first time a user has to give it who may do everything on the cluster; with --acls that",
      "gives the administrator and all others what `millrace acls` prints.",
      "Example:",
      "  millrace topics --config admin.yaml --acls --user publisher=ci-bot"
    })
final class TopicsCommand implements Callable<Integer> {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description = "The settings that begin with kafka are taken from it; see millrace settings.")
  Path config = Path.of("");

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting that counts more than that of the file.")
  List<String> assignments = new ArrayList<>();

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description =
          "Of every topic but those of the configuration, which have one; fixed once they are made."
              + " ${DEFAULT-VALUE} if not given.")
  int partitions = 16;

  @Option(names = "--acls", description = "Also give each user its rights.")
  boolean acls;

  @Option(
      names = "--within",
      paramLabel = "TIME",
      description = "How long to wait for the brokers, as 30s; ${DEFAULT-VALUE} if not given.")
  String within = "30s";

  @Mixin UserNames users = new UserNames();

  private final Environment environment;

  TopicsCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    if (partitions < 1 || partitions > 10_000) {
      throw new Refused(Exit.USAGE, "--partitions: from 1 to 10000");
    }
    var sources = new Sources(config, assignments, environment.variables());
    var settings = ConfigOptions.read(sources, environment, EnumSet.noneOf(Role.class)).kafka();
    var names = users.names();
    var patience = Durations.parse("--within", within);
    try {
      ClusterCheck.await(settings, TopicPlan.REPLICAS, patience);
      int made = TopicCreator.create(settings, TopicPlan.cluster(partitions));
      var out = environment.screen().out();
      out.printf("%d topics are there, %d of them are new%n", Topics.all().size(), made);
      if (acls) {
        tell(AccessControl.give(settings, names), out);
      }
      return Exit.OK;
    } catch (BusException e) {
      throw new Refused(Exit.REJECTED, String.valueOf(e.getMessage()));
    }
  }

  private static void tell(AccessControl.Outcome outcome, PrintStream out) {
    out.println(
        outcome.given() == 0
            ? "all rights were given before"
            : "%d rights were given".formatted(outcome.given()));
    for (String other : outcome.others()) {
      out.println("beyond what it needs, and left: " + other);
    }
  }
}
