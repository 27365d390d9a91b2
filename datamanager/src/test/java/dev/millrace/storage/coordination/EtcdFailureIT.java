package dev.millrace.storage.coordination;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.storage.coordination.CoordinationStore.Change;
import dev.millrace.storage.coordination.CoordinationStore.Lease;
import dev.millrace.storage.coordination.CoordinationStore.Versioned;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a store whose members die. */
final class EtcdFailureIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  @TempDir private Path directory;

  @Test
  void whereTheLeaderOfThreeIsKilledNothingIsLostAndAllGoesOn() throws Exception {
    try (var servers = EtcdServers.start(directory, 3);
        var store = EtcdCoordinationStore.open(servers.settings("x"), System::nanoTime)) {
      BlockingQueue<Long> seen = new LinkedBlockingQueue<>();
      Lease lease = awaitLease(store);
      try (var _ = store.watch("count", change -> seen.add(number(change)))) {
        long acknowledged = 0;
        for (int n = 0; n < 200; n++) {
          if (n == 100) {
            servers.killLeader();
          }
          acknowledged = countUp(store, acknowledged);
          assertThat(lease.held() && keptAlive(lease)).as("the lease, at %d", n).isTrue();
        }
        assertThat(number(store.get("count").orElseThrow())).isEqualTo(acknowledged);
        assertThat(toldUntil(seen, acknowledged)).isSorted().doesNotHaveDuplicates();
      }
    }
  }

  private static Lease awaitLease(CoordinationStore store) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) { // members that have just started first choose a leader
      try {
        return store.acquire("writer", "one", PATIENCE).orElseThrow();
      } catch (CoordinationException e) {
        assertThat(System.nanoTime()).as(e.getMessage()).isLessThan(deadline);
        TimeUnit.MILLISECONDS.sleep(100);
      }
    }
  }

  private static boolean keptAlive(Lease lease) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return lease.keepAlive();
      } catch (CoordinationException e) {
        assertThat(System.nanoTime()).as(e.getMessage()).isLessThan(deadline);
        TimeUnit.MILLISECONDS.sleep(100);
      }
    }
  }

  /** Stores the next number; where no answer came, looks what became of it. */
  private static long countUp(CoordinationStore store, long last) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        Optional<Versioned> now = store.get("count");
        long found = now.map(EtcdFailureIT::number).orElse(0L);
        assertThat(found).as("what was acknowledged is kept").isBetween(last, last + 1);
        if (found == last + 1) {
          return found;
        }
        byte[] next = Long.toString(last + 1).getBytes(UTF_8);
        assertThat(store.compareAndSet("count", now.map(Versioned::version).orElse(0L), next))
            .as("nobody else writes")
            .isPresent();
        return last + 1;
      } catch (CoordinationException e) {
        assertThat(System.nanoTime()).as(e.getMessage()).isLessThan(deadline);
        TimeUnit.MILLISECONDS.sleep(100);
      }
    }
  }

  private static List<Long> toldUntil(BlockingQueue<Long> seen, long last) throws Exception {
    List<Long> told = new ArrayList<>();
    while (told.isEmpty() || told.getLast() < last) {
      Long next = seen.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(next).as("after %s", told).isNotNull();
      told.add(next);
    }
    return told;
  }

  @Test
  void aWatchTellsWhatIsDifferentWhenAnEmptiedServerIsBack() throws Exception {
    try (var servers = EtcdServers.start(directory, 1);
        var store = EtcdCoordinationStore.open(servers.settings("x"), System::nanoTime)) {
      BlockingQueue<Change> told = new LinkedBlockingQueue<>();
      store.compareAndSet("a", 0, "1".getBytes(UTF_8));
      store.compareAndSet("b", 0, "2".getBytes(UTF_8));
      try (var _ = store.watch("", told::add)) {
        assertThat(next(told).key()).isEqualTo("a");
        assertThat(next(told).key()).isEqualTo("b");
        Lease lease = store.acquire("writer", "one", PATIENCE).orElseThrow();

        servers.wipe();
        servers.startAll();

        assertThat(keptAlive(lease)).isFalse();
        assertThat(lease.held()).isFalse();
        var gone = List.of(next(told), next(told));
        assertThat(gone).extracting(Change::key).containsExactlyInAnyOrder("a", "b");
        assertThat(gone).allMatch(change -> change.now() == null);
        countUp(store, 0);
        assertThat(number(next(told))).isEqualTo(1);
      }
    }
  }

  @Test
  void aWatchGoesOnAfterItsServerStartedAgain() throws Exception {
    try (var servers = EtcdServers.start(directory, 1);
        var store = EtcdCoordinationStore.open(servers.settings("x"), System::nanoTime)) {
      BlockingQueue<Change> told = new LinkedBlockingQueue<>();
      try (var _ = store.watch("", told::add)) {
        countUp(store, 0);
        assertThat(number(next(told))).isEqualTo(1);
        servers.killAll();
        servers.startAll();
        countUp(store, 1);

        assertThat(number(next(told))).isEqualTo(2);
        assertThat(told).isEmpty();
      }
    }
  }

  @Test
  void whoWasWithoutItsServerForLongIsNotWithoutItForLongerThanThat() throws Exception {
    var passed = new AtomicLong();
    try (var servers = EtcdServers.start(directory, 1);
        var store =
            EtcdCoordinationStore.open(
                servers.settings("x"), () -> System.nanoTime() + passed.get())) {
      BlockingQueue<Change> told = new LinkedBlockingQueue<>();
      try (var _ = store.watch("", told::add)) {
        countUp(store, 0);
        assertThat(number(next(told))).isEqualTo(1);
        servers.killAll();
        failFor(store, Duration.ofSeconds(5)); // the pauses between two tries grow
        servers.startAll();

        passed.addAndGet(Duration.ofSeconds(10).toNanos());
        var _ = fails(store);
        assertThat(fails(store)).as("the second call after that").isFalse();
        countUp(store, 1);
        assertThat(number(next(told))).isEqualTo(2);
      }
    }
  }

  private static void failFor(CoordinationStore store, Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      assertThat(fails(store)).isTrue();
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private static boolean fails(CoordinationStore store) {
    try {
      var _ = store.get("count");
      return false;
    } catch (CoordinationException _) {
      return true;
    }
  }

  private static Change next(BlockingQueue<Change> told) throws InterruptedException {
    Change change = told.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(change).isNotNull();
    return change;
  }

  private static long number(Change change) {
    return number(Objects.requireNonNull(change.now(), "it is gone"));
  }

  private static long number(Versioned stored) {
    return Long.parseLong(new String(stored.value(), UTF_8));
  }
}
