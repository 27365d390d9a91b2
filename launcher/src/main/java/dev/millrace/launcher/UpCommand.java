package dev.millrace.launcher;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "up", description = "Start a server on this machine.")
final class UpCommand implements Callable<Integer> {
  private final Environment environment;

  UpCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    throw new Refused(Exit.REJECTED, "not yet: " + environment.command());
  }
}
