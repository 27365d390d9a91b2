package dev.millrace.executor.drivers;

import static dev.millrace.executor.drivers.DriverContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.millrace.events.ExecutorId;
import dev.millrace.events.RunId;
import dev.millrace.events.run.Assignment;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ClaimedTask;
import dev.millrace.events.run.ExecutorRef;
import dev.millrace.events.run.TaskSpec;
import dev.millrace.events.run.TaskSpec.Step;
import dev.millrace.executor.core.Agent;
import dev.millrace.executor.core.Order;
import dev.millrace.executor.core.StepCommand;
import dev.millrace.executor.core.StepExit;
import dev.millrace.executor.core.Steps;
import dev.millrace.executor.drivers.HostSettings.Isolation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The clone step with a real git, from a server that wants the task's token. */
final class CloneIT {
  private static final AttemptRef ATTEMPT = new AttemptRef(RunId.parse("project/p/1"), "build", 1);
  private static final String BASIC = "Basic bWlsbHJhY2U6c2VjcmV0"; // millrace:secret

  private final Path folder;
  private final Path repository;
  private final HostDriver driver;
  private final HttpServer server;

  CloneIT(@TempDir Path folder) throws IOException {
    this.folder = folder;
    this.repository = folder.resolve("p.git");
    this.driver =
        new HostDriver(
            new HostSettings(
                folder.resolve("work"), Isolation.NONE, List.of(), List.of(), Map.of()),
            RandomGenerator.getDefault());
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
  }

  @BeforeEach
  void start() throws Exception {
    Needs.program("git", "git");
    git(folder, "init", "-q", "-b", "main", "source");
    commit("one");
    commit("two");
    git(folder, "clone", "-q", "--bare", "source", "p.git");
    git(repository, "update-server-info");
    server.createContext(
        "/git",
        exchange -> {
          boolean known = BASIC.equals(exchange.getRequestHeaders().getFirst("Authorization"));
          Path file = folder.resolve(exchange.getRequestURI().getPath().substring(5)).normalize();
          boolean there = file.startsWith(repository) && Files.isRegularFile(file);
          byte[] body = known && there ? Files.readAllBytes(file) : new byte[0];
          int status = !known ? 401 : there ? 200 : 404;
          exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    driver.start();
  }

  @AfterEach
  void close() {
    driver.close();
    server.stop(0);
  }

  @Test
  void theCommitOfTheRunIsThereOnItsBranch() throws Exception {
    String commit = git(folder.resolve("source"), "rev-parse", "HEAD~1");
    var workspace = await(driver.prepare());
    var output = new Collected();
    var environment =
        Map.of(
            "MILLRACE_GIT_REF", "refs/heads/main",
            "MILLRACE_GIT_BRANCH", "main",
            "MILLRACE_GIT_COMMITSHA", commit,
            "http_proxy", "http://127.0.0.1:1");
    assertThat(await(workspace.run(clone(environment, "secret"), output)))
        .as("%s", output.text())
        .isEqualTo(new StepExit.Exited(0));
    var after = new Collected();
    await(
        workspace.run(
            ProcessDriverContract.script(
                "cat file; git rev-parse HEAD; git branch --show-current; env; cat .git/config"),
            after));
    assertThat(after.text()).startsWith("one\n" + commit + "\nmain\n");
    assertThat(after.text()).doesNotContain("bWlsbHJhY2U6c2VjcmV0").doesNotContain("secret");
    await(workspace.destroy());
  }

  @Test
  void aCommitThatIsNotThereFailsTheStepWithASentence() throws Exception {
    var workspace = await(driver.prepare());
    var output = new Collected();
    var environment =
        Map.of("MILLRACE_GIT_REF", "refs/heads/main", "MILLRACE_GIT_COMMITSHA", "f".repeat(40));
    assertThat(await(workspace.run(clone(environment, "secret"), output)))
        .isEqualTo(new StepExit.Exited(1));
    assertThat(output.text()).contains("is not in the repository (any more)");
    await(workspace.destroy());
  }

  @Test
  void aWrongTokenFailsTheStepWithoutAskingAnybody() throws Exception {
    var workspace = await(driver.prepare());
    var output = new Collected();
    assertThat(await(workspace.run(clone(Map.of(), "wrong"), output)))
        .isInstanceOfSatisfying(
            StepExit.Exited.class, exited -> assertThat(exited.code()).isNotZero());
    await(workspace.destroy());
  }

  private StepCommand clone(Map<String, String> environment, String token) {
    var self = new ExecutorRef(new ExecutorId("e"), "one");
    var agent =
        new Agent(
            self, 1, new Steps("http://127.0.0.1:%d/git".formatted(server.getAddress().getPort())));
    agent.assigned(new Assignment(Assignment.Kind.start, ATTEMPT, self, 0, 1, null));
    agent.prepared(ATTEMPT);
    var orders =
        agent.claimed(
            new ClaimedTask(
                ATTEMPT,
                new TaskSpec(
                    "build",
                    List.of(),
                    Map.of(),
                    null,
                    null,
                    false,
                    false,
                    false,
                    List.of(new Step.Clone("clone", null, true))),
                environment,
                token));
    return ((Order.RunStep) orders.getFirst()).command();
  }

  private void commit(String text) throws Exception {
    Path source = folder.resolve("source");
    Files.writeString(source.resolve("file"), text + "\n");
    git(source, "add", "file");
    git(source, "-c", "user.name=A", "-c", "user.email=a@b", "commit", "-q", "-m", text);
  }

  private static String git(Path in, String... arguments) throws Exception {
    var command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).directory(in.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said.strip();
  }
}
