package dev.millrace.executor.drivers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.executor.drivers.HostSettings.Isolation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of steps when the process that started them is stopped or killed. */
final class LivesIT {
  private static final int SIGSTOP = 19;
  private static final int SIGCONT = 18;

  private final String token = Leftovers.token();
  private final List<Process> agents = new ArrayList<>();
  private final Path folder;

  LivesIT(@TempDir Path folder) {
    this.folder = folder;
  }

  @AfterEach
  void end() {
    agents.forEach(Process::destroyForcibly);
  }

  @ParameterizedTest
  @EnumSource(names = {"REQUIRED", "NONE"})
  void theStepsOfAStoppedProcessEndWhenItsLeaseDoes(Isolation isolation) throws Exception {
    Process agent = agent(isolation, Duration.ofSeconds(8));
    Signals.send((int) agent.pid(), SIGSTOP);
    assertThat(Leftovers.of(token)).isNotEmpty();
    awaitNothingLeft();
    assertThat(agent.isAlive()).isTrue();
    Signals.send((int) agent.pid(), SIGCONT);
  }

  @ParameterizedTest
  @EnumSource(names = {"REQUIRED", "NONE"})
  void theStepsOfAKilledProcessEndWithIt(Isolation isolation) throws Exception {
    Process agent = agent(isolation, Duration.ofHours(1));
    agent.destroyForcibly();
    awaitNothingLeft();
  }

  @ParameterizedTest
  @EnumSource(names = {"REQUIRED", "NONE"})
  void aNewLifeEndsWhatAnEarlierOneHasLeft(Isolation isolation) throws Exception {
    Process agent = agent(isolation, Duration.ofHours(1));
    // Nobody is left to help: neither the watchdog nor the sandbox's own end with its parent.
    agent
        .descendants()
        .filter(process -> commandLine(process).contains("millrace-watchdog"))
        .forEach(ProcessHandle::destroyForcibly);
    agent.destroyForcibly();
    agent.waitFor();
    Path control = folder.resolve("work/control/w1");
    assertThat(Files.exists(control)).isTrue();
    try (var next =
        new HostDriver(
            new HostSettings(folder.resolve("work"), isolation, List.of(), List.of(), Map.of()),
            RandomGenerator.getDefault())) {
      next.start();
      assertThat(Leftovers.of(token)).isEmpty();
      assertThat(control).doesNotExist();
      assertThat(folder.resolve("work/workspaces")).isEmptyDirectory();
    }
  }

  private Process agent(Isolation isolation, Duration lease) throws IOException {
    if (isolation == Isolation.REQUIRED) {
      Needs.bubblewrap();
    }
    var builder =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Agent.class.getName(),
                folder.resolve("work").toString(),
                isolation.name(),
                Long.toString(lease.toMillis()))
            .redirectError(folder.resolve("agent-errors").toFile());
    builder.environment().put("TOKEN", token);
    Process agent = builder.start();
    agents.add(agent);
    var lines = agent.inputReader();
    for (String line = lines.readLine(); !"started".equals(line); line = lines.readLine()) {
      if (line == null) {
        throw new AssertionError(
            "the agent has ended before it started a step: "
                + Files.readString(folder.resolve("agent-errors")));
      }
    }
    return agent;
  }

  private void awaitNothingLeft() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
    while (!Leftovers.of(token).isEmpty() && System.nanoTime() < end) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
    assertThat(Leftovers.of(token)).isEmpty();
  }

  private static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
    } catch (IOException _) {
      return ""; // it has ended
    }
  }
}
