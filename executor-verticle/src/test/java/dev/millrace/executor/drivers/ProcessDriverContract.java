package dev.millrace.executor.drivers;

import static dev.millrace.executor.drivers.DriverContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.executor.core.StepCommand;
import dev.millrace.executor.core.StepExit;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** What a driver does beside that whose steps are processes of this machine. */
interface ProcessDriverContract extends DriverContract {

  @Override
  default StepCommand exiting(int code) {
    return script("exit " + code);
  }

  @Override
  default StepCommand writing(int bytes) {
    return script("head -c %d /dev/zero".formatted(bytes));
  }

  @Override
  default StepCommand lasting() {
    return script("while :; do sleep 1000; done");
  }

  @Override
  default StepCommand impossible() {
    return new StepCommand(List.of("/bin/no-such-shell"), "true", Map.of(), "project");
  }

  @Test
  default void theScriptStopsAtTheFirstErrorAndStandardErrorIsOutputToo() {
    var output = new Collected();
    assertThat(runAlone(script("echo one; echo two >&2; echo three; false; echo four"), output))
        .isEqualTo(new StepExit.Exited(1));
    assertThat(output.text()).isEqualTo("one\ntwo\nthree\n");
  }

  @Test
  default void aSignalIsAnExitCodeAbove128() {
    assertThat(runAlone(script("kill -9 $$"), new Collected())).isEqualTo(new StepExit.Exited(137));
  }

  @Test
  default void standardInputIsEmpty() {
    var output = new Collected();
    assertThat(runAlone(script("wc -c"), output)).isEqualTo(new StepExit.Exited(0));
    assertThat(output.text().strip()).isEqualTo("0");
  }

  @Test
  default void binaryOutputComesThroughByteForByte() {
    var output = new Collected();
    byte[] all = new byte[100_000];
    new Random(7).nextBytes(all);
    var workspace = await(driver().prepare());
    // octal text in, bytes out: no byte of the data is in the script as it is
    var text = new StringBuilder("printf '");
    for (byte b : all) {
      text.append("\\%03o".formatted(b & 0xff));
    }
    assertThat(await(workspace.run(script(text.append("'").toString()), output)))
        .isEqualTo(new StepExit.Exited(0));
    assertThat(output.bytes()).isEqualTo(all);
    await(workspace.destroy());
  }

  @Test
  default void theEnvironmentIsTheTasksAndNothingOfTheServers() {
    var output = new Collected();
    var step =
        new StepCommand(
            List.of("/bin/sh", "-e"),
            "env; echo HOME is $HOME; cd ~; pwd",
            Map.of("GREETING", "hello\nworld", "CI", "true"),
            "project");
    assertThat(runAlone(step, output)).isEqualTo(new StepExit.Exited(0));
    assertThat(output.text()).contains("GREETING=hello\nworld", "CI=true", "PATH=/");
    assertThat(
            output
                .text()
                .lines()
                .filter(line -> line.matches("[A-Z_]+=.*"))
                .map(line -> line.substring(0, line.indexOf('='))))
        .isSubsetOf(
            "PATH",
            "HOME",
            "TMPDIR",
            "USER",
            "SHELL",
            "LC_CTYPE",
            "MILLRACE_WORKSPACE",
            "GREETING",
            "CI",
            "PWD",
            "OLDPWD",
            "SHLVL",
            "_");
  }

  @Test
  default void textIsUtf8UnlessTheTaskHasALocaleOfItsOwn() {
    for (var own : List.of(Map.<String, String>of(), Map.of("LANG", "C"), Map.of("LC_ALL", "C"))) {
      var output = new Collected();
      var step = new StepCommand(List.of("/bin/sh"), "locale charmap", own, "project");
      assertThat(runAlone(step, output)).isEqualTo(new StepExit.Exited(0));
      assertThat(output.text().strip())
          .describedAs("%s", own)
          .isEqualTo(own.isEmpty() ? "UTF-8" : "ANSI_X3.4-1968");
    }
  }

  @Test
  default void filesStayFromStepToStep() {
    var workspace = await(driver().prepare());
    await(workspace.run(script("echo 1 >a; echo 2 >~/b; echo 3 >$TMPDIR/c"), new Collected()));
    var output = new Collected();
    await(workspace.run(script("cat a ~/b $TMPDIR/c"), output));
    assertThat(output.text()).isEqualTo("1\n2\n3\n");
    await(workspace.destroy());
  }

  @Test
  default void aStepStartsInItsWorkingDirectory() {
    var workspace = await(driver().prepare());
    await(workspace.run(script("mkdir -p sub ~/deep"), new Collected()));
    for (var each :
        Map.of("project", "project", "project/sub", "sub", "~", "home", "~/deep", "deep")
            .entrySet()) {
      var output = new Collected();
      await(workspace.run(script("basename \"$(pwd)\"", each.getKey()), output));
      assertThat(output.text().strip()).isEqualTo(each.getValue());
    }
    await(workspace.destroy());
  }

  @Test
  default void aWorkingDirectoryOutsideOfTheWorkspaceIsRefused() {
    var workspace = await(driver().prepare());
    await(workspace.run(script("ln -s / out"), new Collected()));
    for (String bad : List.of("..", "/etc", "project/../../..", "~/../..", "project/out/etc")) {
      assertThat(await(workspace.run(script("pwd", bad), new Collected())))
          .isEqualTo(
              new StepExit.Failed("the working directory " + bad + " is outside of the workspace"));
    }
    assertThat(await(workspace.run(script("pwd", "project/none"), new Collected())))
        .isEqualTo(new StepExit.Failed("the working directory project/none does not exist"));
    await(workspace.destroy());
  }

  @Test
  default void aShellThatIsNotThereIsNamed() {
    assertThat(runAlone(impossible(), new Collected()))
        .isEqualTo(new StepExit.Failed("the shell /bin/no-such-shell is not on this machine"));
  }

  @Test
  default void anEnvironmentThatNoProcessCanHaveFailsTheStep() {
    for (var bad : List.of(Map.of("A", "x".repeat(300_000)), Map.of("A", "\0"))) {
      var step = new StepCommand(List.of("/bin/sh", "-e"), "true", bad, "project");
      assertThat(runAlone(step, new Collected())).isNotEqualTo(new StepExit.Exited(0));
    }
  }

  @Test
  default void whatHasANewSessionAndNoParentIsGoneAfterAStop() {
    expectGoneAfterStop(
        "setsid sh -c 'sleep TOKEN & sleep TOKEN' & echo started; while :; do sleep TOKEN; done");
  }

  @Test
  default void whatHasAnEmptiedEnvironmentIsGoneAfterAStop() {
    expectGoneAfterStop("(env -i setsid sleep TOKEN &) ; echo started; sleep TOKEN");
  }

  @Test
  default void aForkLoopIsGoneAfterAStop() {
    expectGoneAfterStop(
        "trap '' TERM; echo started; i=0; while [ $i -lt 3000 ]; do setsid sleep TOKEN &"
            + " i=$((i+1)); done; wait");
  }

  @RepeatedTest(10)
  default void aChainOfForksIsGoneAfterAStop() {
    expectGoneAfterStop(
        "trap '' TERM; echo 'setsid sh \"$0\" TOKEN & exit' >chain; setsid sh chain TOKEN &"
            + " echo started; sleep TOKEN");
  }

  @Test
  default void whatAStepLeavesRunningEndsWithIt() {
    String token = Leftovers.token();
    var workspace = await(driver().prepare());
    await(
        workspace.run(
            script("setsid sleep %s >/dev/null 2>&1 & sleep %s &".formatted(token, token)),
            new Collected()));
    assertThat(Leftovers.of(token)).isEmpty();
    await(workspace.destroy());
  }

  @Test
  default void whicheverShellAStepHasNothingOfItIsLeft() {
    String token = Leftovers.token();
    String leave = "(env -i setsid sleep %s >/dev/null 2>&1 &)".formatted(token);
    var workspace = await(driver().prepare());
    await(workspace.run(script("echo \"%s\" >~/profile".formatted(leave)), new Collected()));
    for (String shell :
        List.of("/bin/sh", "bash -e", "bash -x", "bash -l", "dash", "/usr/bin/env sh")) {
      var step =
          new StepCommand(
              List.of(shell.split(" ", -1)),
              leave,
              Map.of("BASH_ENV", shell.equals("bash -e") ? "$HOME/profile" : ""),
              "project");
      var output = new Collected();
      assertThat(await(workspace.run(step, output)))
          .describedAs("%s: %s", shell, output.text())
          .isEqualTo(new StepExit.Exited(0));
      assertThat(Leftovers.of(token)).describedAs(shell).isEmpty();
    }
    await(workspace.destroy());
  }

  @Test
  default void aStoppedStepMayTidyUpWithinTheGrace() {
    var workspace = await(driver().prepare());
    var output = new Collected();
    var end =
        workspace.run(
            script("trap 'echo tidied; exit 5' TERM; echo started; while :; do sleep 0.1; done"),
            output);
    output.awaitSome();
    await(workspace.stop(Duration.ofSeconds(30)));
    assertThat(await(end)).isEqualTo(new StepExit.Stopped());
    assertThat(output.text()).contains("tidied");
    await(workspace.destroy());
  }

  @Test
  default void aStepThatDoesNotWantToEndIsEndedAfterTheGrace() {
    var workspace = await(driver().prepare());
    var output = new Collected();
    var end = workspace.run(script("trap '' TERM; echo started; while :; do :; done"), output);
    output.awaitSome();
    long began = System.nanoTime();
    await(workspace.stop(Duration.ofMillis(300)));
    assertThat(System.nanoTime() - began).isGreaterThan(Duration.ofMillis(290).toNanos());
    assertThat(await(end)).isEqualTo(new StepExit.Stopped());
    await(workspace.destroy());
  }

  @Test
  default void aStopDoesNotWaitForOutputToBeTaken() {
    var workspace = await(driver().prepare());
    var full = new java.util.concurrent.CompletableFuture<Void>();
    workspace.run(script("cat /dev/zero"), _ -> full);
    await(workspace.stop(Duration.ZERO));
    full.complete(null);
    await(workspace.destroy());
  }

  @Test
  default void whenTheDeadlinePassesTheStepsEndWithoutTheDriversHelp() {
    String token = Leftovers.token();
    var workspace = await(driver().prepare());
    driver().holdUntil(Uptime.ofThisMachine().now().plusMillis(300));
    var end =
        workspace.run(
            script("setsid sleep %s & sleep %s".formatted(token, token)), new Collected());
    assertThat(await(end)).isEqualTo(new StepExit.Exited(137));
    assertThat(Leftovers.of(token)).isEmpty();
    await(workspace.destroy());
  }

  private void expectGoneAfterStop(String script) {
    String token = Leftovers.token();
    var workspace = await(driver().prepare());
    var output = new Collected();
    workspace.run(script(script.replace("TOKEN", token)), output);
    output.awaitSome();
    await(workspace.stop(Duration.ofMillis(200)));
    assertThat(Leftovers.of(token)).isEmpty();
    await(workspace.destroy());
  }

  private StepExit runAlone(StepCommand step, Collected output) {
    var workspace = await(driver().prepare());
    var exit = await(workspace.run(step, output));
    await(workspace.destroy());
    return exit;
  }

  static StepCommand script(String text) {
    return script(text, "project");
  }

  static StepCommand script(String text, String workingDir) {
    return new StepCommand(List.of("/bin/sh", "-e"), text, Map.of(), workingDir);
  }
}
