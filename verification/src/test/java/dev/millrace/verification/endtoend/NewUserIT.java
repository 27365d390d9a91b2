package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verification.installation.Installation;
import dev.millrace.verification.installation.Installation.Finished;
import dev.millrace.verification.installation.RunningServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What somebody does on the first day, with nothing but the client's commands and git. */
final class NewUserIT {
  private static final int OK = 0;
  private static final int REJECTED = 1;
  private static final int USAGE = 2;
  private static final int NOT_SUCCESSFUL = 3;
  private static final int NOT_FOUND = 4;
  private static final int UNREACHABLE = 69;

  private Installation installation;
  private RunningServer server;

  @BeforeEach
  void start() throws Exception {
    installation = Installation.create();
    Path bin = Files.createDirectories(installation.home().resolve("bin"));
    Files.createSymbolicLink(bin.resolve("millrace"), Installation.script());
    installation.with("PATH", bin + ":" + System.getenv("PATH"));
    server = installation.upAndReady("--allow-unsandboxed");
  }

  @AfterEach
  void stop() throws Exception {
    installation.close();
  }

  private Finished ends(int exit, String... arguments) throws Exception {
    Finished finished = installation.millrace(arguments);
    assertThat(finished.exit())
        .as(String.join(" ", arguments) + ": " + finished.out() + finished.err())
        .isEqualTo(exit);
    return finished;
  }

  private String says(int exit, String... arguments) throws Exception {
    return ends(exit, arguments).err().strip();
  }

  @Test
  void theFirstDay() throws Exception {
    Path work = Files.createDirectories(installation.home().resolve("shop"));
    sh(
        work,
        "git init -q -b main && git config user.name Me && git config user.email me@example.org");
    installation.run(work, List.of(Installation.script().toString(), "init")).expectSuccess();
    assertThat(sh(work, "ls -A")).contains(".millrace");
    sh(work, "git add -A && git commit -q -m 'Add a configuration'");
    String told = ends(OK, "project", "create", "shop").out();
    assertThat(told).startsWith("created user/admin/shop; connect your repository and push it:");
    // exactly what is printed, typed in
    told.lines().filter(line -> line.startsWith("  git ")).forEach(line -> typed(work, line));
    server.api().awaitEnd("shop", 1);
    assertThat(ends(OK, "run", "show", "shop/1").out()).contains("finished, success");
    ends(OK, "run", "approve", "shop/2", "publish");
    server.api().awaitEnd("shop", 2);

    sh(
        work,
        "git checkout -q -b broken && printf 'runs:\\n  - name: x\\n    taks: []\\n' > broken.yml");
    sh(work, "git rm -rq .millrace && mkdir .millrace && mv broken.yml .millrace/config.yml");
    sh(work, "git add -A && git commit -q -m 'Break it'");
    typed(
        work,
        told.lines().filter(line -> line.matches("  git .* push .*")).findFirst().orElseThrow());
    server.api().awaitEnd("shop", 3);
    assertThat(ends(OK, "run", "show", "shop/3").out())
        .contains("shop/3  config.yml  setuperror")
        .contains(
            "error .millrace/config.yml:3:5 (runs[0].taks): unknown field \"taks\"; did you mean"
                + " \"tasks\"?");
    assertThat(ends(OK, "run", "list").out()).contains("broken").contains("setuperror");
    assertThat(ends(OK, "run", "list", "--branch", "broken", "--since", "1h").out())
        .contains("setuperror")
        .doesNotContain("success");
    assertThat(ends(OK, "run", "list", "--until", "1d", "--text", "x").err()).contains("no runs");

    Path tasks = Files.writeString(installation.home().resolve("long.json"), task("sleep 600"));
    ends(OK, "run", "create", "--from", tasks.toString(), "--name", "long");
    server.api().await("shop", 4, run -> run.get("phase").asString().equals("running"));
    assertThat(ends(OK, "run", "stop", "shop/4").out()).isEqualTo("stopping shop/4\n");
    server.api().awaitEnd("shop", 4);
    String before = ends(OK, "run", "list").out();
    assertThat(before).contains("stopped");

    assertThat(server.stop()).isZero();
    assertThat(says(UNREACHABLE, "run", "list")).contains("is the server running?");
    server = installation.upAndReady("--allow-unsandboxed");
    assertThat(ends(OK, "run", "list").out()).as("as it was left").isEqualTo(before);
    ends(OK, "logs", "shop/1");
    assertThat(ends(OK, "down").out()).startsWith("stopped the server on ");
    assertThat(server.process().waitFor()).isZero();
    assertThat(ends(OK, "down").out()).startsWith("no server is running on ");
  }

  @Test
  void theExitStatusSaysWhatHappened() throws Exception {
    assertThat(says(NOT_FOUND, "run", "list", "--project", "none"))
        .isEqualTo("millrace: there is no project none");
    ends(OK, "project", "create", "shop");
    assertThat(says(REJECTED, "project", "create", "shop"))
        .isEqualTo("millrace: there is a project user/admin/shop already");
    assertThat(says(REJECTED, "project", "create", "..")).startsWith("millrace: a project cannot");
    assertThat(says(USAGE, "run", "list", "--phaze", "x")).contains("--phaze").contains("--phase");
    assertThat(says(USAGE, "run", "show", "shop/x"))
        .startsWith("millrace: \"shop/x\" is not a run");
    assertThat(says(USAGE, "up", "--driver", "none"))
        .isEqualTo("millrace: --driver is host, host-plain or dummy, not none");
    assertThat(says(NOT_FOUND, "run", "show", "shop/99"))
        .contains("there is no run")
        .contains("99");
    assertThat(says(NOT_FOUND, "logs", "none/1")).isEqualTo("millrace: there is no project none");
    Path failing =
        Files.writeString(installation.home().resolve("f.json"), task("echo no; exit 7"));
    Finished followed = ends(NOT_SUCCESSFUL, "run", "create", "--from", failing.toString(), "-f");
    assertThat(followed.out()).contains("[t] no");
    assertThat(followed.err()).contains("run user/admin/shop/1 ended: failed");
    Path good = Files.writeString(installation.home().resolve("g.json"), task("echo yes"));
    ends(OK, "run", "create", "--from", good.toString(), "--follow");
    assertThat(says(REJECTED, "run", "cancel", "shop/1")).contains("has ended");
    assertThat(ends(NOT_FOUND, "run", "show", "shop/99", "--output", "json").err())
        .startsWith("{\"code\":\"not-found\",\"message\":\"there is no run");
    installation.with("MILLRACE_TOKEN", "mrt_wrong");
    assertThat(says(REJECTED, "run", "list")).contains("the token is not valid").contains("login");
    ends(UNREACHABLE, "status", "--server", "http://127.0.0.1:1");
    assertThat(says(REJECTED, "up", "--data-dir", installation.dataDirectory().toString()))
        .as("a second server on one folder")
        .contains(Long.toString(server.process().pid()));
  }

  private static String task(String command) {
    return "[{\"name\": \"t\", \"steps\": [{\"type\": \"run\", \"name\": \"s\", \"command\": \"%s\"}]}]"
        .formatted(command);
  }

  private void typed(Path directory, String line) {
    try {
      sh(directory, line.strip());
    } catch (Exception e) {
      throw new AssertionError("as printed: " + line, e);
    }
  }

  private String sh(Path directory, String command) throws Exception {
    return installation.run(directory, List.of("sh", "-c", command)).expectSuccess();
  }
}
