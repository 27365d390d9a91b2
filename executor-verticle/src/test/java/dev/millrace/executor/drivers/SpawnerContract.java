package dev.millrace.executor.drivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every way to start processes promises. */
abstract class SpawnerContract {
  // Signals 32 and 33: glibc uses them between its threads.
  private static final long OF_THE_C_LIBRARY = 3L << 31;

  private final ExecutorService waiters = Executors.newCachedThreadPool();

  @TempDir Path folder;

  abstract Spawner spawner(ExecutorService waiters) throws IOException;

  @AfterEach
  void stopWaiting() {
    waiters.shutdown();
  }

  @Test
  void theOutputAndTheErrorsOfAProcessComeInOneStreamInTheirOrder() throws Exception {
    assertThat(output("echo one; echo two >&2; echo three")).isEqualTo("one\ntwo\nthree\n");
  }

  @Test
  void theStatusIsTheOneThatTheProcessEndsWith() throws Exception {
    assertThat(shell("exit 255").waitFor()).isEqualTo(255);
  }

  @Test
  void theStatusOfAKilledProcessIs128AndTheSignal() throws Exception {
    assertThat(shell("kill -TERM $$").waitFor()).isEqualTo(143);
  }

  @Test
  void aProcessIsAliveUntilItsEndIsTold() throws Exception {
    Process process = shell("read line", "".getBytes(StandardCharsets.UTF_8));
    process.onExit().get(10, TimeUnit.SECONDS);
    assertThat(process.isAlive()).isFalse();
    assertThat(process.exitValue()).isEqualTo(1);

    Process sleeping = shell("exec sleep 1000");
    assertThat(sleeping.isAlive()).isTrue();
    assertThatThrownBy(sleeping::exitValue).isInstanceOf(IllegalThreadStateException.class);
    assertThat(sleeping.destroyForcibly().waitFor()).isEqualTo(137);
  }

  @Test
  void aProcessHasTheVariablesThatItIsGivenAndNoOthers() throws Exception {
    var process =
        spawner().spawn(List.of("/usr/bin/env"), Map.of("ONE", "1 ä\n=", "TWO", ""), folder, null);
    assertThat(read(process).lines()).containsExactlyInAnyOrder("ONE=1 ä", "=", "TWO=");
  }

  @Test
  void aProcessWorksInItsFolder() throws Exception {
    Path strange = Files.createDirectory(folder.resolve("a b ü"));
    var process = spawner().spawn(List.of("/bin/pwd"), Map.of("LC_ALL", "C"), strange, null);
    assertThat(read(process)).isEqualTo(strange.toRealPath() + "\n");
  }

  @Test
  void aProcessReadsWhatItIsGivenAndThenTheEnd() throws Exception {
    String text = "0123456789".repeat(100_000);
    read(shell("cat >copy", text.getBytes(StandardCharsets.UTF_8)));
    assertThat(folder.resolve("copy")).hasContent(text);
  }

  @Test
  void aProcessThatIsGivenNothingReadsTheEndAtOnce() throws Exception {
    assertThat(output("cat; echo end")).isEqualTo("end\n");
  }

  @Test
  void aProcessLeadsASessionOfItsOwn() throws Exception {
    Process process = shell("read -r stat </proc/$$/stat; echo ${stat##*) }");
    String[] stat = read(process).split(" ", -1);
    assertThat(stat[2]).as("process group").isEqualTo(Long.toString(process.pid()));
    assertThat(stat[3]).as("session").isEqualTo(Long.toString(process.pid()));
  }

  @Test
  void aProcessGetsNoFileOfThisOne() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "secret");
    try (var _ = new FileInputStream(file.toFile());
        var _ = Files.newByteChannel(file)) {
      // Three of its own, and the one through which it looks.
      assertThat(output("ls /proc/self/fd | wc -l").strip()).isEqualTo("4");
      assertThat(output("ls -l /proc/self/fd")).doesNotContain(file.toString());
    }
  }

  @Test
  void noSignalIsIgnoredOrHeldBackByAProcess() throws Exception {
    String signals = output("grep -E '^Sig(Blk|Ign)' /proc/self/status");
    assertThat(signals.lines().mapToLong(it -> Long.parseLong(it.split("\t", -1)[1], 16)))
        .as(signals)
        .hasSize(2)
        .allMatch(set -> (set & ~OF_THE_C_LIBRARY) == 0);
  }

  @Test
  void nothingStartsInAFolderThatIsNotThere() {
    assertThatThrownBy(this::startNowhere)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("No such file or directory");
  }

  @Test
  void whatIsTooLongForTheSystemIsToldAsSuch() {
    assertThatThrownBy(() -> output("true", Map.of("LONG", "x".repeat(3_000_000))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Argument list too long");
  }

  @Test
  void stringsThatTheSystemWouldReadOtherwiseAreRefused() {
    assertThatThrownBy(() -> output("true", Map.of("A=B", "c")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> output("true", Map.of("A", "b\0c")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void nothingOfThisProcessIsLeftOpenAfterManyProcesses() throws Exception {
    output("true");
    long before = open();
    for (int i = 0; i < 50; i++) {
      read(shell("cat", new byte[10]));
      assertThatThrownBy(this::startNowhere).isInstanceOf(IOException.class);
    }
    assertThat(open()).isLessThan(before + 25);
  }

  private Process startNowhere() throws IOException {
    return spawner().spawn(List.of("/bin/true"), Map.of(), folder.resolve("none"), new byte[1]);
  }

  private static long open() throws IOException {
    try (var files = Files.list(Path.of("/proc/self/fd"))) {
      return files.count();
    }
  }

  private Spawner spawner() throws IOException {
    return spawner(waiters);
  }

  private Process shell(String script) throws IOException {
    return shell(script, null);
  }

  private Process shell(String script, byte @Nullable [] input) throws IOException {
    return spawner().spawn(List.of("/bin/sh", "-c", script), path(), folder, input);
  }

  private String output(String script) throws Exception {
    return output(script, path());
  }

  private String output(String script, Map<String, String> environment) throws Exception {
    return read(spawner().spawn(List.of("/bin/sh", "-c", script), environment, folder, null));
  }

  private static Map<String, String> path() {
    return Map.of("PATH", HostSettings.DEFAULT_PATH);
  }

  private static String read(Process process) throws Exception {
    try (var output = process.getInputStream()) {
      String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
      process.onExit().get(10, TimeUnit.SECONDS);
      return text;
    }
  }
}
