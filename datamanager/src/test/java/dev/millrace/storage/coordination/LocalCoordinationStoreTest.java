package dev.millrace.storage.coordination;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalCoordinationStoreTest implements CoordinationStoreContract {
  private final AtomicLong nanos = new AtomicLong();
  @TempDir Path directory;
  private LocalCoordinationStore store;

  @BeforeEach
  void open() {
    store = LocalCoordinationStore.open(directory, nanos::get);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Override
  public CoordinationStore store() {
    return store;
  }

  @Override
  public void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private void reopen() {
    store.close();
    open();
  }

  @Test
  void whatWasStoredIsThereInTheNextLife() {
    long a = store.compareAndSet("a", 0, bytes("one")).orElseThrow();
    long b = store.compareAndSet("b", 0, new byte[] {0, -1, 10}).orElseThrow();
    store.compareAndDelete("a", a);
    reopen();

    assertThat(store.get("a")).isEmpty();
    assertThat(store.get("b").orElseThrow().value()).isEqualTo(new byte[] {0, -1, 10});
    assertThat(store.get("b").orElseThrow().version()).isEqualTo(b);
    assertThat(store.compareAndSet("a", 0, bytes("two")).orElseThrow()).isGreaterThan(b);
  }

  @Test
  void leasesEndWithTheProcessThatHeldThem() {
    assertThat(store.acquire("writer", "one", Duration.ofHours(1))).isPresent();
    reopen();

    assertThat(store.acquire("writer", "two", Duration.ofHours(1))).isPresent();
  }

  @Test
  void aReplacementThatWasNotFinishedIsForgotten() throws Exception {
    store.compareAndSet("a", 0, bytes("one"));
    store.close();
    Files.writeString(directory.resolve("coordination.json.next"), "{\"format\":1,\"rev");
    open();

    assertThat(store.get("a").orElseThrow().value()).isEqualTo(bytes("one"));
    assertThat(store.compareAndSet("b", 0, bytes("two"))).isPresent();
  }

  @Test
  void aDamagedFileIsNotTakenForAnEmptyOne() throws Exception {
    store.close();
    for (String content : new String[] {"", "null", "{}", "{\"format\":2}", "[1"}) {
      Files.writeString(directory.resolve("coordination.json"), content);
      assertThatExceptionOfType(CoordinationException.class)
          .isThrownBy(() -> LocalCoordinationStore.open(directory, nanos::get))
          .withMessageContaining("coordination.json");
    }
    Files.delete(directory.resolve("coordination.json"));
    open();
  }

  @Test
  void aSecondStoreOnTheDirectoryIsRefusedNamingTheProcess() {
    assertThatExceptionOfType(CoordinationException.class)
        .isThrownBy(() -> LocalCoordinationStore.open(directory, nanos::get))
        .withMessage("%s is in use by process %d", directory, ProcessHandle.current().pid());
  }

  @Test
  void aClosedStoreRefusesEverything() {
    store.close();

    assertThatExceptionOfType(CoordinationException.class)
        .isThrownBy(() -> store.compareAndSet("a", 0, bytes("x")))
        .withMessage("the coordination store is closed");
  }

  @Test
  void aStoreThatCannotSaveSaysSoAndGoesNoFurther() throws Exception {
    // A directory in the place of the file makes every replacement fail, for root too.
    Files.createDirectory(directory.resolve("coordination.json.next"));

    assertThatExceptionOfType(CoordinationException.class)
        .isThrownBy(() -> store.compareAndSet("a", 0, bytes("x")))
        .withMessageContaining("cannot write");
    Files.delete(directory.resolve("coordination.json.next"));
    assertThatExceptionOfType(CoordinationException.class).isThrownBy(() -> store.get("a"));
    reopen();
    assertThat(store.compareAndSet("a", 0, bytes("x"))).isPresent();
  }

  @Test
  void whatWasAcknowledgedSurvivesKillingTheProcessAndKeepsOthersOutBefore() throws Exception {
    store.close();
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Counting.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var lines = new BufferedReader(new InputStreamReader(other.getInputStream(), UTF_8))) {
      long told = 0;
      while (told < 50) {
        told = number(lines.readLine());
      }
      assertThatExceptionOfType(CoordinationException.class)
          .isThrownBy(() -> LocalCoordinationStore.open(directory, nanos::get))
          .withMessage("%s is in use by process %d", directory, other.pid());
      other.toHandle().destroyForcibly(); // leaves what it said to be read
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        told = line.endsWith(".") ? number(line) : told; // the last may be cut
      }
      assertThat(other.waitFor(20, TimeUnit.SECONDS)).isTrue();
      open();

      assertThat(Long.parseLong(new String(store.get("count").orElseThrow().value(), UTF_8)))
          .isBetween(told, told + 1);
    } finally {
      other.destroyForcibly();
    }
  }

  private static long number(String line) {
    return Long.parseLong(line.substring(0, line.length() - 1));
  }

  /** Counts up in a store, telling each number once it is stored. */
  static final class Counting {
    private Counting() {}

    public static void main(String[] args) {
      try (var store = LocalCoordinationStore.open(Path.of(args[0]), System::nanoTime)) {
        long version = 0;
        for (long n = 1; ; n++) {
          version = store.compareAndSet("count", version, bytes(Long.toString(n))).orElseThrow();
          System.out.println(n + ".");
          System.out.flush();
        }
      }
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
