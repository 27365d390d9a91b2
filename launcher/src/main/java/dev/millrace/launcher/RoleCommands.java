package dev.millrace.launcher;

import dev.millrace.launcher.server.BesideProcess;
import dev.millrace.launcher.server.ServerOptions;
import dev.millrace.launcher.server.StartException;
import dev.millrace.launcher.settings.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Roles as processes of their own: one of many ({@code --config}), or beside a {@code millrace up
 * --without} them.
 */
final class RoleCommands {
  private RoleCommands() {}

  /** Those that are only there as one of many. */
  static final class OfMany implements Callable<Integer> {
    @Mixin ConfigOptions config = new ConfigOptions();

    private final Environment environment;
    private final Role role;

    OfMany(Environment environment, Role role) {
      this.environment = environment;
      this.role = role;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
      if (!config.isGiven()) {
        throw new Refused(
            Exit.USAGE,
            "the %s runs apart with --config FILE; without one there is `millrace up`"
                .formatted(role.word()));
      }
      return ClusterStart.run(environment, config, EnumSet.of(role));
    }
  }

  /** Adds the commands of all roles. */
  static void addTo(CommandLine root, Environment environment) {
    root.addSubcommand(new Scheduler(environment));
    root.addSubcommand(new Executor(environment));
    for (Role role : EnumSet.complementOf(EnumSet.of(Role.SCHEDULER, Role.EXECUTOR))) {
      var command = new CommandLine(new OfMany(environment, role));
      command
          .getCommandSpec()
          .name(role.word())
          .usageMessage()
          .description("Run a %s as one of many processes.".formatted(role.word()))
          .footer(
              "",
              "Any number of each role may run, but one gateway alone has gateway.git.enabled.",
              "Examples:",
              "  millrace %s --config /etc/millrace/millrace.yml".formatted(role.word()),
              "  millrace %s --config FILE --show-config".formatted(role.word()));
      root.addSubcommand(command);
    }
  }

  /** What they have in common: beside which server. */
  abstract static class OfRole implements Callable<Integer> {
    @Option(
        names = "--data-dir",
        paramLabel = "FOLDER",
        description = "The folder of the server that runs, if it is not the usual one.")
    @Nullable Path dataDir;

    @Mixin EtcdOptions etcd = new EtcdOptions();

    @Mixin ConfigOptions config = new ConfigOptions();

    private final Environment environment;
    private final Role role;

    OfRole(Environment environment, Role role) {
      this.environment = environment;
      this.role = role;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
      if (config.isGiven()) {
        return ClusterStart.run(environment, config, EnumSet.of(role));
      }
      ServerOptions options = options(environment.folders().data(dataDir));
      Log.to(options.dataDirectory(), role.word() + ".log");
      BesideProcess process;
      try {
        process =
            BesideProcess.start(role, options, name(), etcd.settings(environment.variables()));
      } catch (StartException e) {
        throw new Refused(Exit.REJECTED, String.valueOf(e.getMessage()));
      }
      Shutdown shutdown = Shutdown.of(process, environment.screen());
      environment.screen().out().printf("%s is ready; Ctrl-C stops it.%n", role.word());
      shutdown.await();
      return Exit.OK;
    }

    /** Of an executor among those of this machine. */
    String name() {
      return role.word();
    }

    ServerOptions options(Path folder) {
      return ServerOptions.ofRole(folder, false, "host", 1, 0);
    }
  }

  @Command(
      name = "scheduler",
      description =
          "Run a scheduler: with --config as one of many, else for a server that was started with"
              + " --without scheduler.")
  static final class Scheduler extends OfRole {
    Scheduler(Environment environment) {
      super(environment, Role.SCHEDULER);
    }
  }

  @Command(
      name = "executor",
      description =
          "Run an executor: with --config as one of many, else beside a server, in place of its own"
              + " or in addition.")
  static final class Executor extends OfRole {
    @Option(
        names = "--driver",
        paramLabel = "DRIVER",
        description = "host, host-plain or dummy; ${DEFAULT-VALUE} if not given.")
    String driver = "host";

    @Option(
        names = "--slots",
        paramLabel = "N",
        description = "How many tasks run at once; ${DEFAULT-VALUE} if not given.")
    int slots = Math.max(4, Runtime.getRuntime().availableProcessors());

    @Option(
        names = "--allow-unsandboxed",
        description = "Run tasks as plain processes if there is no sandbox (bubblewrap).")
    boolean allowUnsandboxed;

    @Option(
        names = "--log-limit",
        paramLabel = "SIZE",
        description =
            "How much of the output of a task is kept, as 100M or 2G; the rest is discarded, which"
                + " a line in its log says. ${DEFAULT-VALUE} if not given.")
    String logLimit = "256M";

    @Option(
        names = "--name",
        paramLabel = "NAME",
        description =
            "Tells it from other executors of this machine, over its restarts; ${DEFAULT-VALUE} if"
                + " not given.")
    String name = "beside";

    Executor(Environment environment) {
      super(environment, Role.EXECUTOR);
    }

    @Override
    String name() {
      return name;
    }

    @Override
    ServerOptions options(Path folder) {
      return ServerOptions.ofRole(
          folder, allowUnsandboxed, driver, slots, Bytes.parse("--log-limit", logLimit));
    }
  }
}
