package dev.millrace.executor.drivers;

import static dev.millrace.executor.drivers.DriverContract.await;
import static dev.millrace.executor.drivers.ProcessDriverContract.script;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.executor.core.StepCommand;
import dev.millrace.executor.core.StepExit;
import dev.millrace.executor.drivers.HostSettings.Isolation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a task in the sandbox cannot do, in a folder that is not hidden just by being temporary. */
final class SandboxTest {
  private final Path base;
  private final Path home;
  private final Path token;
  private final HostDriver driver;

  SandboxTest() throws IOException {
    base = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "sandbox");
    home = Files.createDirectories(base.resolve("home"));
    token = Files.writeString(home.resolve("token"), "mrt_secret");
    Files.createDirectories(home.resolve("jdk"));
    Files.writeString(home.resolve("jdk/release"), "25");
    driver =
        new HostDriver(
            new HostSettings(
                home.resolve("data/executor"),
                Isolation.REQUIRED,
                List.of(home, base.resolve("key")),
                List.of(home.resolve("jdk")),
                Map.of()),
            RandomGenerator.getDefault());
    Files.writeString(base.resolve("key"), "-----BEGIN secret");
    Files.writeString(base.resolve("open"), "everybody may read this");
  }

  @BeforeEach
  void start() {
    Needs.bubblewrap();
    driver.start();
  }

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void aTaskSeesTheHostButNotWhatIsHidden() {
    assertThat(output("cat %s/open".formatted(base))).isEqualTo("everybody may read this");
    assertThat(output("cat %s 2>&1 || true".formatted(token))).doesNotContain("mrt_secret");
    assertThat(output("cat %s/key 2>&1 || true".formatted(base))).doesNotContain("secret");
    assertThat(output("ls -A %s".formatted(home)).lines()).containsOnly("data", "jdk");
    assertThat(output("cat %s/jdk/release".formatted(home))).isEqualTo("25");
    assertThat(output("cat /etc/shadow 2>&1 || true")).doesNotContain("root:");
  }

  @Test
  void aTaskDoesNotSeeOtherWorkspaces() throws Exception {
    var other = await(driver.prepare());
    await(other.run(script("echo mine >file"), new Collected()));
    Path work = home.resolve("data/executor");
    assertThat(Files.exists(work.resolve("workspaces/w1/project/file"))).isTrue();
    assertThat(output("ls -A %s/workspaces %s/control %s".formatted(work, work, work)))
        .contains("w2")
        .doesNotContain("w1")
        .doesNotContain("lives");
    await(other.destroy());
  }

  @Test
  void aTaskCanWriteNothingButItsWorkspace() {
    for (Path path :
        List.of(
            base.resolve("new"),
            home.resolve("new"),
            home.resolve("data/executor/new"),
            home.resolve("jdk/new"),
            Path.of("/etc/new"),
            Path.of("/new"))) {
      assertThat(output("(echo x >%s) 2>/dev/null && echo written || true".formatted(path)))
          .as("%s", path)
          .isEmpty();
    }
    assertThat(output("echo x >$HOME/file && echo x >/tmp/file && echo written"))
        .isEqualTo("written\n");
    assertThat(Path.of("/tmp/file")).doesNotExist();
  }

  @Test
  void aTaskCannotReplaceTheScriptOfItsNextStep() {
    var workspace = await(driver.prepare());
    assertThat(await(workspace.run(script("echo x >>\"$0\""), new Collected())))
        .isNotEqualTo(new StepExit.Exited(0));
    await(workspace.destroy());
  }

  @Test
  void aTaskSeesAndReachesNoProcessOfTheHost() {
    long self = ProcessHandle.current().pid();
    assertThat(output("ls -d /proc/[0-9]* | wc -l").strip().length()).isEqualTo(1);
    assertThat(output("kill -0 %d 2>/dev/null && echo reached || true".formatted(self))).isEmpty();
    assertThat(output("hostname")).isEqualTo("millrace\n");
  }

  @Test
  void aTaskHasNoRightsAndGetsNone() {
    assertThat(output("grep CapEff /proc/self/status; id -u")).contains("0000000000000000\n1000");
    assertThat(output("umount /tmp 2>/dev/null && echo done || true")).isEmpty();
    assertThat(
            output(
                "unshare --user --map-root-user --mount sh -c 'umount %s && cat %s' 2>/dev/null || true"
                    .formatted(home, token)))
        .isEmpty();
  }

  @Test
  void theHomeThatProgramsFindIsTheTasks() {
    assertThat(output("[ \"$(getent passwd 1000 | cut -d: -f6)\" = \"$HOME\" ] && echo same"))
        .isEqualTo("same\n");
  }

  @Test
  void theNetworkIsTheHosts() throws IOException {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = "%04X".formatted(server.getLocalPort());
      assertThat(output("grep -c ':%s ' /proc/net/tcp /proc/net/tcp6".formatted(port)))
          .contains(":1");
    }
  }

  @Test
  void whatATaskChoosesIsNotLoadedOutsideOfTheSandbox() {
    var workspace = await(driver.prepare());
    var output = new Collected();
    // The loader complains in each process that is to load it: the shell and tr, both inside.
    var step =
        new StepCommand(
            List.of("/bin/sh", "-e"),
            "tr a b </dev/null",
            Map.of("LD_PRELOAD", "/none.so"),
            "project");
    assertThat(await(workspace.run(step, output))).isEqualTo(new StepExit.Exited(0));
    assertThat(output.text().lines())
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).contains("/none.so"));
    await(workspace.destroy());
  }

  @Test
  void noSecretIsAnArgumentOfAProcess() throws Exception {
    String token = Leftovers.token();
    var workspace = await(driver.prepare());
    var output = new Collected();
    var step =
        new StepCommand(
            List.of("/bin/sh", "-e"),
            "echo started; sleep 1000",
            Map.of("SECRET", token),
            "project");
    workspace.run(step, output);
    output.awaitSome();
    assertThat(Leftovers.of(token)).isEmpty();
    await(workspace.destroy());
  }

  @Test
  void whatATaskHasLockedIsRemovedAllTheSame() {
    var workspace = await(driver.prepare());
    await(workspace.run(script("mkdir -p a/b; touch a/b/c; chmod 500 a/b a"), new Collected()));
    await(workspace.destroy());
    assertThat(home.resolve("data/executor/workspaces/w1")).doesNotExist();
  }

  private String output(String script) {
    var workspace = await(driver.prepare());
    var output = new Collected();
    assertThat(await(workspace.run(script(script), output)))
        .as("%s", output.text())
        .isEqualTo(new StepExit.Exited(0));
    await(workspace.destroy());
    return output.text();
  }
}
