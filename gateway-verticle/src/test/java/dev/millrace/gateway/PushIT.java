package dev.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.ExecutorId;
import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ExecutorRef;
import dev.millrace.events.run.RunCommand.CreateRuns;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.RunSpec;
import dev.millrace.events.run.TaskOutcome;
import dev.millrace.events.run.TaskSpec;
import dev.millrace.events.run.TaskStatus;
import dev.millrace.events.run.TaskToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** From a real git to the command that creates runs. */
@Timeout(120)
final class PushIT {

  private static final Duration SOON = Duration.ofSeconds(20);

  private static final RootGroup P1 = RootGroup.parse("project/p1");

  private final Path directory;
  private final Path work;
  private GatewayFixture gateway;

  PushIT(@TempDir Path directory) {
    this.directory = directory;
    this.work = directory.resolve("work");
  }

  @BeforeEach
  void open() throws Exception {
    gateway = new GatewayFixture(directory);
    Files.createDirectories(work.resolve(".millrace"));
    Files.writeString(work.resolve(".millrace/config.json"), "build\n");
    ok("init", "-q", "-b", "main");
    ok("add", "-A");
    ok("commit", "-q", "-m", "First");
  }

  @AfterEach
  void close() {
    gateway.close();
  }

  private String remote(String token, String path) {
    return gateway.url("/git/" + path).replace("http://", "http://x:" + token + "@");
  }

  private int git(Path output, String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    var builder =
        new ProcessBuilder(command)
            .directory(work.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    var environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("GIT_"));
    environment.put("HOME", work.toString());
    environment.put("GIT_CONFIG_NOSYSTEM", "1");
    environment.put("GIT_TERMINAL_PROMPT", "0");
    for (String who : List.of("AUTHOR", "COMMITTER")) {
      environment.put("GIT_" + who + "_NAME", "Ada");
      environment.put("GIT_" + who + "_EMAIL", "ada@example.com");
    }
    return builder.start().waitFor();
  }

  private String ok(String... arguments) throws IOException, InterruptedException {
    Path output = directory.resolve("output");
    int status = git(output, arguments);
    String text = Files.readString(output, StandardCharsets.UTF_8).strip();
    assertThat(status).as(text).isZero();
    return text;
  }

  private CreateRuns next() {
    int seen = gateway.authority.seen.size();
    while (gateway.authority.seen.size() == seen) {
      assertThat(gateway.authority.decide(SOON)).as("commands").isPositive();
    }
    return (CreateRuns) gateway.authority.seen.get(seen).body();
  }

  @Test
  void aPushIsRefusedWhileThereIsNoRoomForIt() throws Exception {
    gateway.shortage = "the disk is nearly full";
    Path output = directory.resolve("refused");

    assertThat(git(output, "push", "-q", remote("ada", "user/ada/demo.git"), "main")).isNotZero();

    assertThat(output).content().contains("503");
    assertThat(gateway.repositories.refs("p1")).isEmpty();
    ok("ls-remote", remote("ada", "user/ada/demo.git"));
    gateway.shortage = null;
    ok("push", "-q", remote("ada", "user/ada/demo.git"), "main");
    next();
  }

  private int waiting() {
    try (var caller = gateway.as("ada")) {
      return caller.get("/api/v1/status", JsonNode.class).path("deliveries_waiting").intValue();
    }
  }

  private void decideAll() {
    while (waiting() > 0) {
      gateway.authority.decide(Duration.ofMillis(10));
    }
  }

  @Test
  void aPushIsRefusedWhileTooManyOfItsProjectWaitForTheirRuns() throws Exception {
    gateway.stop();
    var d = EdgeLimits.DEFAULT;
    gateway.limits = new EdgeLimits(d.rate(), d.burst(), d.target(), d.streams(), 1);
    gateway.again();
    ok("push", "-q", remote("ada", "user/ada/demo.git"), "main");
    while (waiting() == 0) {
      Thread.onSpinWait();
    }
    Path output = directory.resolve("refused");

    assertThat(git(output, "push", "-q", remote("ada", "user/ada/demo.git"), "main:two"))
        .isNotZero();

    assertThat(output)
        .content()
        .contains("1 pushed refs of this project wait for their runs, push again in a while");
    ok("push", "-q", remote("bob", "user/bob/other.git"), "main");
    ok("ls-remote", remote("ada", "user/ada/demo.git"));
    decideAll();
    ok("push", "-q", remote("ada", "user/ada/demo.git"), "main:two");
    next();
  }

  @Test
  void aPushBecomesTheRunsOfItsConfiguration() throws Exception {
    ok("push", "-q", remote("ada", "user/ada/demo.git"), "main");
    CreateRuns create = next();
    assertThat(create.root().toString()).isEqualTo("project/p1");
    assertThat(create.runs())
        .singleElement()
        .satisfies(
            run -> {
              assertThat(run.name()).isEqualTo("build");
              assertThat(run.group()).isEqualTo("/project/p1/branch/main");
              assertThat(run.annotations())
                  .containsEntry("commit_sha", ok("rev-parse", "HEAD"))
                  .containsEntry("pusher", "ada")
                  .containsEntry("author", "Ada");
            });
  }

  @Test
  void deletedRefsAndSkippedCommitsAreSettledWithAReason() throws Exception {
    ok("push", "-q", remote("ada", "p1.git"), "main:gone");
    next();
    ok("push", "-q", remote("ada", "p1.git"), ":gone");
    assertThat(next().reason()).isEqualTo("refs/heads/gone was deleted");
    ok("commit", "-q", "--allow-empty", "-m", "Docs [ci skip]");
    ok("push", "-q", remote("ada", "p1.git"), "main");
    assertThat(next().reason()).isEqualTo("the commit message says [ci skip]");
    ok("rm", "-q", "-r", ".millrace");
    ok("commit", "-q", "-m", "Without");
    ok("push", "-q", remote("ada", "p1.git"), "main");
    assertThat(next().reason()).startsWith("there is no .millrace/config.jsonnet");
  }

  @Test
  void aChangeThatWasNeverRecordedIsFoundAtTheNextStartAndOnlyOnce() throws Exception {
    ok("push", "-q", remote("ada", "p1.git"), "main");
    next();
    gateway.stop();
    ok("commit", "-q", "--allow-empty", "-m", "Second");
    ok("push", "-q", directory.resolve("repositories/p1.git").toString(), "main");
    gateway.again();

    CreateRuns create = next();
    assertThat(create.runs().getFirst().annotations())
        .containsEntry("commit_sha", ok("rev-parse", "HEAD"))
        .doesNotContainKey("pusher");

    gateway.stop();
    gateway.again();
    ok("commit", "-q", "--allow-empty", "-m", "Third");
    ok("push", "-q", remote("ada", "p1.git"), "main");
    assertThat(next().runs().getFirst().annotations())
        .containsEntry("commit_sha", ok("rev-parse", "HEAD"))
        .containsEntry("message", "Third");
  }

  @Test
  void whatCouldNotBeRecordedIsRecordedBeforeGitIsToldThatItIsThere() throws Exception {
    Path output = directory.resolve("refused");
    gateway.unrecordable = true;
    assertThat(git(output, "push", remote("ada", "p1.git"), "main")).isNotZero();
    assertThat(output).content().contains("not recorded, try again");
    String first = ok("rev-parse", "HEAD");

    assertThat(git(output, "push", remote("ada", "p1.git"), "main")).isNotZero();
    assertThat(output).content().contains("503");

    gateway.unrecordable = false;
    assertThat(ok("push", remote("ada", "p1.git"), "main")).contains("up-to-date");
    ok("commit", "-q", "--allow-empty", "-m", "Second");
    ok("push", "-q", remote("ada", "p1.git"), "main");
    assertThat(next().runs().getFirst().annotations()).containsEntry("commit_sha", first);
    assertThat(next().runs().getFirst().annotations()).containsEntry("message", "Second");
  }

  @Test
  void onlyThoseWhoMayCanPush() throws Exception {
    Path output = directory.resolve("refused");
    assertThat(git(output, "push", remote("bob", "user/ada/demo.git"), "main")).isNotZero();
    assertThat(output).content().contains("there is no project user/ada/demo");
    assertThat(git(output, "push", remote("nobody", "p1.git"), "main")).isNotZero();
    assertThat(output).content().contains("Authentication failed");
    assertThat(gateway.repositories.ids()).isEmpty();
  }

  @Test
  void aTaskClonesItsOwnProjectWhileItRuns() throws Exception {
    ok("push", "-q", remote("ada", "p1.git"), "main");
    next();
    var attempt = new AttemptRef(new RunId(P1, 2), "t", 1);
    var executor = new ExecutorRef(new ExecutorId("e1"), "life1");
    String token = new TaskToken(attempt, "life1").sign(GatewayFixture.KEY);
    gateway.authority.happen(
        P1,
        new RunEvent.RunCreated(attempt.run(), spec()),
        new RunEvent.RunStarted(attempt.run()),
        new RunEvent.TaskReady(attempt.run(), "t"),
        new RunEvent.TaskAssigned(attempt, executor),
        new RunEvent.TaskClaimed(attempt, executor));

    ok("clone", "-q", remote(token, "p1.git"), "copy");
    assertThat(work.resolve("copy/.millrace/config.json")).hasContent("build");
    Path output = directory.resolve("refused");
    assertThat(git(output, "push", remote(token, "p1.git"), "main:other")).isNotZero();
    assertThat(output).content().contains("a task may not push");
    assertThat(git(output, "ls-remote", remote(token, "p2.git"))).isNotZero();
    assertThat(output).content().contains("there is no project p2");
    String other = new TaskToken(attempt, "life2").sign(GatewayFixture.KEY);
    assertThat(git(output, "ls-remote", remote(other, "p1.git"))).isNotZero();

    gateway.authority.happen(
        P1, new RunEvent.TaskFinished(attempt, TaskOutcome.success, TaskStatus.success, ""));
    // What comes after it on the ledger is known, so it is known too.
    ok("push", "-q", remote("ada", "p1.git"), "main:after");
    next();
    ok("push", "-q", remote("ada", "p1.git"), "main:later");
    next();
    assertThat(git(output, "ls-remote", remote(token, "p1.git"))).isNotZero();
    assertThat(output).content().contains("Authentication failed");
  }

  private static RunSpec spec() {
    var task = new TaskSpec("t", List.of(), Map.of(), null, null, false, false, false, List.of());
    return new RunSpec(
        "other", "/project/p1/x", Map.of(), List.of(), Map.of(), Map.of(), List.of(task));
  }
}
