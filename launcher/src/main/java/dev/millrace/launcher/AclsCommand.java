package dev.millrace.launcher;

import static java.util.stream.Collectors.joining;

import dev.millrace.bus.kafka.ClusterUser;
import dev.millrace.bus.kafka.Right;
import dev.millrace.bus.kafka.Right.Operation;
import dev.millrace.bus.kafka.Rights;
import dev.millrace.launcher.client.Table;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "acls",
    description = "Print what each role may do on a Kafka cluster: all that it needs, no more.",
    footer = {
      "",
      "What follows from a right is not named: who reads or writes a topic may describe it. Who"
          + " may",
      "delete records of a topic could delete the topic, unless brokers have"
          + " delete.topic.enable=false.",
      "Examples:",
      "  millrace acls",
      "  millrace acls --format kafka --user publisher=ci-bot |",
      "    sh -s -- --bootstrap-server kafka1:9093 --command-config admin.properties",
      "`millrace topics --acls` gives these rights itself."
    })
final class AclsCommand implements Callable<Integer> {
  /** For whom it is printed. */
  enum Format {
    TABLE,
    KAFKA
  }

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description =
          "table, or kafka: a script of calls of kafka-acls.sh. ${DEFAULT-VALUE} if not given.")
  Format format = Format.TABLE;

  @Mixin UserNames users = new UserNames();

  private final Environment environment;

  AclsCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    var names = users.names();
    switch (format) {
      case TABLE -> table(names);
      case KAFKA -> script(names);
    }
    return Exit.OK;
  }

  private void table(Map<ClusterUser, String> names) {
    var table = new Table("ROLE", "USER", "ON", "MAY");
    names.forEach(
        (user, name) ->
            Rights.of(user)
                .forEach(right -> table.add(user.word(), name, right.on(), operations(right))));
    table.print(environment.screen());
  }

  private static String operations(Right right) {
    return right.sorted().stream()
        .map(operation -> operation.word().toLowerCase(Locale.ROOT))
        .collect(joining(", "));
  }

  private void script(Map<ClusterUser, String> names) {
    var out = environment.screen().out();
    out.println(
        "# The arguments are passed on: --bootstrap-server HOST:PORT --command-config FILE");
    out.println("set -e");
    names.forEach((user, name) -> Rights.of(user).forEach(right -> out.println(call(right, name))));
  }

  private static String call(Right right, String name) {
    var on =
        switch (right) {
          case Right.OnTopic(var topic, _) -> "--topic " + topic.name();
          case Right.OnCluster _ -> "--cluster";
        };
    return "kafka-acls.sh \"$@\" --add --allow-principal 'User:%s' %s %s"
        .formatted(
            name,
            right.sorted().stream()
                .map(Operation::word)
                .map("--operation "::concat)
                .collect(joining(" ")),
            on);
  }
}
