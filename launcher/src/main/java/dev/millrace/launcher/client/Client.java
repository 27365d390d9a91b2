package dev.millrace.launcher.client;

import dev.millrace.launcher.Environment;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The client's subcommands. */
public final class Client {
  private Client() {}

  /** Adds them all. */
  public static void addTo(CommandLine root, Environment environment) {
    root.addSubcommand(new DownCommand(environment))
        .addSubcommand(new StatusCommand(environment))
        .addSubcommand(new CheckpointCommand(environment))
        .addSubcommand(new ExportCommand(environment))
        .addSubcommand(new LoginCommand(environment))
        .addSubcommand(new InitCommand(environment))
        .addSubcommand(
            new CommandLine(new ProjectGroup())
                .addSubcommand(new ProjectCommands.Create(environment))
                .addSubcommand(new ProjectCommands.List(environment))
                .addSubcommand(new ProjectCommands.Delete(environment)))
        .addSubcommand(
            new CommandLine(new RunGroup())
                .addSubcommand(new RunCommands.Create(environment))
                .addSubcommand(new RunListCommand(environment))
                .addSubcommand(new RunCommands.Show(environment))
                .addSubcommand(new RunCommands.Approve(environment))
                .addSubcommand(new RunCommands.Stop(environment))
                .addSubcommand(new RunCommands.Cancel(environment))
                .addSubcommand(new RunCommands.Delete(environment)))
        .addSubcommand(new LogsCommand(environment))
        .addSubcommand(
            new CommandLine(new MaintenanceGroup())
                .addSubcommand(new MaintenanceCommands.On(environment))
                .addSubcommand(new MaintenanceCommands.Off(environment))
                .addSubcommand(new MaintenanceCommands.Status(environment)))
        .addSubcommand(
            new CommandLine(new UserGroup())
                .addSubcommand(new UserCommands.Create(environment))
                .addSubcommand(new UserCommands.List(environment))
                .addSubcommand(new UserCommands.Delete(environment)))
        .addSubcommand(
            new CommandLine(new TokenGroup())
                .addSubcommand(new TokenCommands.Create(environment))
                .addSubcommand(new TokenCommands.List(environment))
                .addSubcommand(new TokenCommands.Delete(environment)))
        .addSubcommand(new GitCredentialCommand(environment))
        .addSubcommand(new VersionCommand(environment));
  }

  /** A command that is nothing without a subcommand. */
  abstract static class Group implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Override
    public void run() {
      throw new ParameterException(
          spec.commandLine(),
          "%s needs one of: %s"
              .formatted(spec.qualifiedName(), String.join(", ", spec.subcommands().keySet())));
    }
  }

  @Command(name = "project", description = "Create, list and delete projects.")
  static final class ProjectGroup extends Group {}

  @Command(name = "run", description = "Create, list, show, approve, stop and cancel runs.")
  static final class RunGroup extends Group {}

  @Command(name = "maintenance", description = "Let nothing new in for a while.")
  static final class MaintenanceGroup extends Group {}

  @Command(name = "user", description = "Create, list and delete users.")
  static final class UserGroup extends Group {}

  @Command(name = "token", description = "Create, list and delete tokens to sign in with.")
  static final class TokenGroup extends Group {}
}
