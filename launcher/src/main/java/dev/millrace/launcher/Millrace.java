package dev.millrace.launcher;

import dev.millrace.launcher.client.Client;
import dev.millrace.launcher.client.Screen;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code millrace} command. */
@Command(
    name = "millrace",
    description = "A CI/CD system of your own, whose every state change is an event on Kafka.",
    footer = {
      "",
      "Try it:",
      "  millrace up --demo                     a server with a project that builds itself",
      "Use it:",
      "  millrace up                            a server; the first start signs you in",
      "  millrace project create shop           prints the git commands that push to it",
      "  millrace run list                      what has been going on",
      "  millrace logs -f shop/1                the log of a run, as it grows",
      "  millrace run approve shop/2 publish    let a task start that waits for you",
      "",
      "Exit status: 0 done, 1 refused, 2 wrong usage, 3 the run was not successful, 4 not found,",
      "69 unreachable, 75 try later. Every command has --help."
    })
public final class Millrace implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init")
  CommandSpec spec;

  private Millrace() {}

  /** Ends the process with one of {@link Exit}. */
  public static void main(String[] arguments) {
    System.exit(run(surroundings(), arguments));
  }

  /** Does what the arguments say; returns one of {@link Exit}. */
  public static int run(Environment environment, String... arguments) {
    CommandLine root = new CommandLine(new Millrace());
    root.addSubcommand(new UpCommand(environment));
    root.addSubcommand(new DoctorCommand(environment));
    root.addSubcommand(new AclsCommand(environment));
    root.addSubcommand(new TopicsCommand(environment));
    root.addSubcommand(new RebuildCommand(environment));
    root.addSubcommand(new RecoverCommand(environment));
    root.addSubcommand(new ImportCommand(environment));
    RoleCommands.addTo(root, environment);
    root.addSubcommand(new SettingsCommand(environment));
    root.addSubcommand(new DistCommand(environment));
    root.addSubcommand(new AotCommand(environment));
    Client.addTo(root, environment);
    Screen screen = environment.screen();
    root.setOut(new PrintWriter(screen.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(screen.err(), true, StandardCharsets.UTF_8))
        .setColorScheme(CommandLine.Help.defaultColorScheme(screen.colours() ? Ansi.ON : Ansi.OFF))
        .setUsageHelpWidth(100)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(misused(screen))
        .setExecutionExceptionHandler(failed(screen));
    helpEverywhere(root);
    root.getCommandSpec()
        .version("millrace " + Version.text())
        .addOption(
            CommandLine.Model.OptionSpec.builder("--version")
                .versionHelp(true)
                .type(boolean.class)
                .description("Print the version of this program.")
                .build());
    int exit = root.execute(arguments);
    screen.out().flush();
    return exit;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command? See millrace --help");
  }

  private static void helpEverywhere(CommandLine command) {
    command
        .getCommandSpec()
        .addOption(
            CommandLine.Model.OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .type(boolean.class)
                .description("Show this help.")
                .build());
    command.getSubcommands().values().forEach(Millrace::helpEverywhere);
  }

  private static IParameterExceptionHandler misused(Screen screen) {
    return (e, _) -> {
      screen.err().println("millrace: " + e.getMessage());
      if (!UnmatchedArgumentException.printSuggestions(e, e.getCommandLine().getErr())) {
        screen
            .err()
            .println("try: " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
      }
      return Exit.USAGE;
    };
  }

  private static IExecutionExceptionHandler failed(Screen screen) {
    return (e, _, _) -> {
      if (e instanceof Refused refused) {
        screen.err().println("millrace: " + refused.getMessage());
        return refused.exit();
      }
      screen.err().println("millrace: this should not have happened: " + e);
      e.printStackTrace(screen.err());
      return Exit.REJECTED;
    };
  }

  private static Environment surroundings() {
    boolean colours = Boolean.getBoolean("millrace.terminal") && System.getenv("NO_COLOR") == null;
    Screen screen = new Screen(stream(FileDescriptor.out), stream(FileDescriptor.err), colours);
    return new Environment(
        System.getenv(),
        System.in,
        screen,
        Path.of("").toAbsolutePath(),
        System.getProperty("millrace.called", "millrace"),
        System.getProperty("millrace.command", "millrace"),
        Path.of(System.getProperty("millrace.home", "")).toAbsolutePath());
  }

  /** Logs are UTF-8 or whatever their bytes are, in every locale. */
  private static PrintStream stream(FileDescriptor to) {
    return new PrintStream(new FileOutputStream(to), true, StandardCharsets.UTF_8);
  }
}
