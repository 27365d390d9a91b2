package dev.millrace.launcher;

import dev.millrace.launcher.server.Role;
import dev.millrace.launcher.server.RoleProcess;
import dev.millrace.launcher.server.ServerOptions;
import dev.millrace.launcher.server.StartException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Parts of a server as processes of their own, beside a {@code millrace up --without} them. */
final class RoleCommands {
  private RoleCommands() {}

  /** What they have in common: beside which server. */
  abstract static class OfRole implements Callable<Integer> {
    @Option(
        names = "--data-dir",
        paramLabel = "FOLDER",
        description = "The folder of the server that runs, if it is not the usual one.")
    @Nullable Path dataDir;

    @Mixin EtcdOptions etcd = new EtcdOptions();

    private final Environment environment;
    private final Role role;

    OfRole(Environment environment, Role role) {
      this.environment = environment;
      this.role = role;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
      ServerOptions options = options(environment.folders().data(dataDir));
      Log.to(options.dataDirectory(), role.word() + ".log");
      RoleProcess process;
      try {
        process = RoleProcess.start(role, options, name(), etcd.settings(environment.variables()));
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
      description = "Run the scheduler of a server that was started with --without scheduler.")
  static final class Scheduler extends OfRole {
    Scheduler(Environment environment) {
      super(environment, Role.SCHEDULER);
    }
  }

  @Command(
      name = "executor",
      description = "Run an executor beside a server, in place of its own or in addition.")
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
