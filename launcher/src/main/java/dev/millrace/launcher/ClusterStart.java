package dev.millrace.launcher;

import dev.millrace.launcher.client.Screen;
import dev.millrace.launcher.server.RoleProcess;
import dev.millrace.launcher.server.StartException;
import dev.millrace.launcher.settings.Role;
import dev.millrace.launcher.settings.Settings;
import java.io.IOException;
import java.util.Set;
import java.util.stream.Collectors;

/** Starts a process of an installation of many, and returns when it ends. */
final class ClusterStart {
  private ClusterStart() {}

  static int run(Environment environment, ConfigOptions options, Set<Role> roles)
      throws IOException, InterruptedException {
    Settings settings = options.read(environment, roles);
    Screen screen = environment.screen();
    if (options.show) {
      settings.shown().forEach(screen.out()::println);
      return Exit.OK;
    }
    String name = roles.stream().map(Role::word).collect(Collectors.joining(", "));
    Log.as(settings);
    try {
      var process =
          new RoleProcess(settings, waiting -> screen.err().println(name + ": " + waiting));
      Shutdown shutdown = Shutdown.of(process, screen, process.drain());
      process.open();
      screen.out().printf("%s is ready; Ctrl-C stops it.%n", name);
      shutdown.await();
      return Exit.OK;
    } catch (StartException e) {
      throw new Refused(Exit.REJECTED, String.valueOf(e.getMessage()));
    }
  }
}
