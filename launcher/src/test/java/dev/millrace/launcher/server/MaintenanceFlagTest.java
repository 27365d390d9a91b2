package dev.millrace.launcher.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.events.Outcome.Code;
import dev.millrace.gateway.Maintenance.Notice;
import dev.millrace.http.UnreachableException;
import dev.millrace.storage.coordination.LocalCoordinationStore;
import dev.millrace.storage.coordination.MemoryCoordinationStore;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MaintenanceFlagTest {
  private static final Notice DISK =
      new Notice("a new disk", "ann", Instant.parse("2026-01-02T03:04:05.678Z"));
  private final MemoryCoordinationStore store = new MemoryCoordinationStore(System::nanoTime);

  @Test
  void everyProcessHearsWhenItBeginsAndEnds() throws Exception {
    try (var one = new MaintenanceFlag(store);
        var two = new MaintenanceFlag(store)) {
      assertThat(one.refusal()).isEmpty();

      one.begin(DISK);
      assertThat(one.now()).contains(DISK);
      assertThat(one.refusal())
          .hasValueSatisfying(
              why -> {
                assertThat(why.code()).isEqualTo(Code.MAINTENANCE);
                assertThat(why.message())
                    .isEqualTo(
                        "there is maintenance since 2026-01-02T03:04:05.678Z, nothing new is taken:"
                            + " a new disk");
              });
      settled();
      assertThat(two.now()).contains(DISK);

      two.begin(new Notice("", "bob", DISK.since()));
      assertThat(two.refusal().orElseThrow().message()).endsWith(", nothing new is taken");
      two.end();
      assertThat(two.now()).isEmpty();
      two.end();
      settled();
      assertThat(one.now()).isEmpty();
    }
  }

  /** Returns when all watches were told what was there before. */
  private void settled() throws InterruptedException {
    var told = new CountDownLatch(1);
    String key = "settled";
    try (var _ =
        store.watch(
            key,
            change -> {
              if (change.now() != null) {
                told.countDown();
              }
            })) {
      store.compareAndSet(key, 0, new byte[0]);
      assertThat(told.await(20, TimeUnit.SECONDS)).isTrue();
      store.compareAndDelete(key, store.get(key).orElseThrow().version());
    }
  }

  @Test
  void itLastsOverARestart(@TempDir Path directory) {
    try (var before = LocalCoordinationStore.open(directory, System::nanoTime);
        var flag = new MaintenanceFlag(before)) {
      flag.begin(DISK);
    }
    try (var after = LocalCoordinationStore.open(directory, System::nanoTime);
        var flag = new MaintenanceFlag(after)) {
      assertThat(flag.now()).contains(DISK);
    }
  }

  @Test
  void whatCannotBeToldToOthersIsAnError() {
    try (var flag = new MaintenanceFlag(store)) {
      store.close();
      assertThatExceptionOfType(UnreachableException.class)
          .isThrownBy(() -> flag.begin(DISK))
          .withMessage("the coordination store is closed");
      assertThat(flag.now()).isEmpty();
    }
  }

  @Test
  void aNoticeThatCannotBeReadIsMaintenanceAllTheSame() {
    store.compareAndSet("maintenance", 0, new byte[] {'{'});
    try (var flag = new MaintenanceFlag(store)) {
      assertThat(flag.refusal()).isPresent();
      flag.end();
      assertThat(flag.now()).isEqualTo(Optional.empty());
    }
  }
}
