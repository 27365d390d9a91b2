package dev.millrace.launcher;

import dev.millrace.http.HttpCaller;
import dev.millrace.http.ProblemException;
import dev.millrace.http.UnreachableException;
import dev.millrace.launcher.client.Api;
import dev.millrace.launcher.client.DemoRuns;
import dev.millrace.launcher.client.Remembered;
import dev.millrace.launcher.client.RunFollower;
import dev.millrace.launcher.client.Screen;
import dev.millrace.launcher.client.Screen.Colour;
import dev.millrace.launcher.client.SignedIn;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * Shows a new server at work: makes a project of the sample that comes with Millrace, pushes it
 * with git, and prints the log of its run. What is there already is left as it is.
 */
final class Demo {
  static final String PROJECT = "demo";

  private final Environment environment;
  private final Screen screen;
  private final URI server;
  private final Path dataDirectory;

  Demo(Environment environment, URI server, Path dataDirectory) {
    this.environment = environment;
    this.screen = environment.screen();
    this.server = server;
    this.dataDirectory = dataDirectory;
  }

  /** A demo that does not work out is no reason for the server to end. */
  void run() throws InterruptedException {
    try {
      show();
    } catch (IOException | ProblemException | UnreachableException | Refused e) {
      screen.err().println("millrace: the demo is cut short: " + e.getMessage());
      screen.err().println("The server is up all the same; Ctrl-C stops it.");
    }
  }

  private void show() throws IOException, InterruptedException {
    SignedIn signedIn = SignedIn.read(environment.folders().clientFile());
    if (signedIn == null || !dataDirectory.equals(signedIn.dataDir())) {
      throw new Refused(Exit.REJECTED, "this client is not signed in to this server");
    }
    try (Api api =
        new Api(
            new HttpCaller(server.resolve("/api/v1"), signedIn.token()),
            new Remembered(environment.folders().positionFile(), signedIn.token()))) {
      DemoRuns runs = new DemoRuns(api, PROJECT);
      String path = runs.project();
      DemoRepository repository =
          new DemoRepository(dataDirectory.resolve("demo"), environment, server, path);
      if (runs.all().isEmpty()) {
        say("a sample repository is pushed to the new project " + PROJECT);
        repository.make(environment.distribution().resolve("demo"));
        repository.push(signedIn.token());
        long first = runs.await(2).getFirst();
        say("the push made two runs; this is the log of the first:");
        RunFollower.of(api, PROJECT, first, screen).follow();
      } else {
        repository.connect();
        say("the demo is as you left it: " + environment.command() + " run list");
      }
      next(repository.folder(), runs.waiting());
    }
  }

  private void say(String text) {
    screen.out().println(screen.in(Colour.BOLD, text));
  }

  private void next(Path repository, List<String> waiting) {
    var out = screen.out();
    out.println();
    say("Your server is " + server + ". In another terminal, you could type next:");
    for (String task : waiting) {
      out.printf("  %s run approve %s      it waits for you%n", environment.command(), task);
    }
    out.printf("  %s run list%n", environment.command());
    out.printf("  %s run show %s/1%n", environment.command(), PROJECT);
    out.printf("  cd %s      change something, commit it, then: git push%n", repository);
    out.println("Ctrl-C stops the server; started again, it is as you left it.");
  }
}
