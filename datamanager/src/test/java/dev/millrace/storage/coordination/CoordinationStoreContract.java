package dev.millrace.storage.coordination;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

import dev.millrace.storage.coordination.CoordinationStore.Change;
import dev.millrace.storage.coordination.CoordinationStore.Lease;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every {@link CoordinationStore} does. An adapter's test adds how to get one. */
interface CoordinationStoreContract {
  /** The store under test; empty at first, one for each test. */
  CoordinationStore store();

  /** How long leases last in the tests. */
  default Duration ttl() {
    return Duration.ofSeconds(10);
  }

  /** Lets time pass for leases, and lets those end that are over then. */
  void pass(Duration time);

  @Test
  default void aKeyThatWasNeverSetHasNoValue() {
    assertThat(store().get("epochs/run-events/0")).isEmpty();
  }

  @Test
  default void whatWasStoredIsThereWithItsVersion() {
    long version = set("a", 0, "one");

    assertThat(store().get("a"))
        .hasValueSatisfying(
            stored -> {
              assertThat(stored.version()).isEqualTo(version).isPositive();
              assertThat(stored.value()).isEqualTo(bytes("one"));
            });
  }

  @Test
  default void whatIsThereIsNotStoredOverUnseen() {
    set("a", 0, "one");

    assertThat(store().compareAndSet("a", 0, bytes("two"))).isEmpty();
    assertThat(text("a")).isEqualTo("one");
  }

  @Test
  default void anOldVersionChangesNothing() {
    long first = set("a", 0, "one");
    set("a", first, "two");

    assertThat(store().compareAndSet("a", first, bytes("three"))).isEmpty();
    assertThat(store().compareAndDelete("a", first)).isFalse();
    assertThat(text("a")).isEqualTo("two");
  }

  @Test
  default void aVersionOfAMissingKeyChangesNothing() {
    assertThat(store().compareAndSet("a", 7, bytes("x"))).isEmpty();
    assertThat(store().compareAndDelete("a", 7)).isFalse();
    assertThat(store().compareAndDelete("a", 0)).isFalse();
  }

  @Test
  default void noVersionOfAKeyComesTwice() {
    long first = set("a", 0, "one");
    assertThat(store().compareAndDelete("a", first)).isTrue();
    assertThat(store().get("a")).isEmpty();

    assertThat(set("a", 0, "one")).isGreaterThan(first);
  }

  @Test
  default void oneOfManyConcurrentWritersWins() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var writes =
          IntStream.range(0, 30)
              .mapToObj(i -> threads.submit(() -> store().compareAndSet("k", 0, bytes("v" + i))))
              .toList();
      int won = 0;
      for (var write : writes) {
        won += write.get().isPresent() ? 1 : 0;
      }
      assertThat(won).isEqualTo(1);
    }
  }

  @Test
  default void aCallerCannotChangeWhatIsStoredBehindTheStoresBack() {
    byte[] mine = bytes("one");
    store().compareAndSet("a", 0, mine);
    mine[0] = 'X';
    store().get("a").orElseThrow().value()[0] = 'Y';

    assertThat(text("a")).isEqualTo("one");
  }

  @Test
  default void oddKeysAndLargeValuesAreRefused() {
    for (String key : new String[] {"", "a b", "ä", "a\n", "k".repeat(513)}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> store().compareAndSet(key, 0, bytes("x")));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> store().compareAndSet("a", 0, new byte[64 * 1024 + 1]));
    assertThat(store().compareAndSet("k".repeat(512), 0, new byte[64 * 1024])).isPresent();
  }

  @Test
  default void aLeaseHasOneHolder() {
    Lease lease = store().acquire("writer", "one", ttl()).orElseThrow();

    assertThat(store().acquire("writer", "two", ttl())).isEmpty();
    assertThat(store().acquire("other", "two", ttl())).isPresent();
    assertThat(store().holder("writer")).contains("one");
    assertThat(lease.held()).isTrue();
    assertThat(lease.name()).isEqualTo("writer");
    assertThat(lease.owner()).isEqualTo("one");
  }

  @Test
  default void aLeaseThatIsNotKeptAliveIsOverForGood() {
    Lease lease = store().acquire("writer", "one", ttl()).orElseThrow();
    pass(ttl());

    assertThat(lease.held()).isFalse();
    assertThat(store().holder("writer")).isEmpty();
    assertThat(lease.keepAlive()).isFalse();
    assertThat(store().acquire("writer", "two", ttl())).isPresent();
    lease.close();
    assertThat(store().holder("writer")).contains("two");
  }

  @Test
  default void aLeaseThatIsKeptAliveLasts() {
    Lease lease = store().acquire("writer", "one", ttl()).orElseThrow();
    for (int i = 0; i < 3; i++) {
      pass(ttl().dividedBy(2));
      assertThat(lease.keepAlive()).isTrue();
    }

    assertThat(store().acquire("writer", "two", ttl())).isEmpty();
  }

  @Test
  default void aLeaseThatWasGivenBackIsFree() {
    Lease lease = store().acquire("writer", "one", ttl()).orElseThrow();
    lease.close();

    assertThat(lease.held()).isFalse();
    assertThat(lease.keepAlive()).isFalse();
    assertThat(store().acquire("writer", "two", ttl())).isPresent();
  }

  @Test
  default void whoHoldsLeasesIsListedByTheBeginningOfTheirNames() {
    hold("instances/a", "one");
    Lease given = store().acquire("instances/b", "two", ttl()).orElseThrow();
    hold("writer", "one");

    assertThat(store().holders("instances/"))
        .containsExactly(entry("instances/a", "one"), entry("instances/b", "two"));
    assertThat(store().holders("")).hasSize(3);
    given.close();
    assertThat(store().holders("instances/")).containsOnlyKeys("instances/a");
    pass(ttl());
    assertThat(store().holders("")).isEmpty();
    assertThatIllegalArgumentException().isThrownBy(() -> store().holders("a b"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> store().acquire("big", "x".repeat(64 * 1024 + 1), ttl()));
  }

  @Test
  default void aWatchOfLeasesTellsWhoComesAndWhoLeavesOrDies() throws Exception {
    hold("instances/a", "one");
    BlockingQueue<Change> told = new LinkedBlockingQueue<>();
    try (var _ = store().watchHolders("instances/", told::add)) {
      assertThat(next(told)).isEqualTo("instances/a=one");
      hold("writer", "x");
      set("instances/z", 0, "a value is no lease");
      Lease leaving = store().acquire("instances/b", "two", ttl()).orElseThrow();
      assertThat(next(told)).isEqualTo("instances/b=two");
      leaving.close();
      assertThat(next(told)).isEqualTo("instances/b is gone");

      pass(ttl());
      assertThat(store().holders("instances/")).isEmpty();
      assertThat(next(told)).isEqualTo("instances/a is gone");
      hold("instances/a", "again");
      assertThat(next(told)).isEqualTo("instances/a=again");
    }
  }

  @Test
  default void aWatchTellsWhatIsThereAndThenWhatChanges() throws Exception {
    long one = set("w/a", 0, "one");
    BlockingQueue<Change> told = new LinkedBlockingQueue<>();
    try (var _ = store().watch("w/", told::add)) {
      assertThat(next(told)).isEqualTo("w/a=one");
      set("other", 0, "x");
      long two = set("w/b", 0, "two");
      assertThat(next(told)).isEqualTo("w/b=two");
      set("w/b", two, "three");
      assertThat(next(told)).isEqualTo("w/b=three");
      store().compareAndDelete("w/a", one);
      assertThat(next(told)).isEqualTo("w/a is gone");
    }
  }

  @Test
  default void aWatchThatWasClosedTellsNothing() throws Exception {
    BlockingQueue<Change> closed = new LinkedBlockingQueue<>();
    BlockingQueue<Change> open = new LinkedBlockingQueue<>();
    store().watch("", closed::add).close();
    try (var _ = store().watch("", open::add)) {
      set("a", 0, "one");
      assertThat(next(open)).isEqualTo("a=one");
      assertThat(closed).isEmpty();
    }
  }

  @Test
  default void aListenerThatFailsDoesNotEndTheWatch() throws Exception {
    BlockingQueue<Change> told = new LinkedBlockingQueue<>();
    try (var _ =
        store()
            .watch(
                "",
                change -> {
                  told.add(change);
                  throw new IllegalStateException("on purpose");
                })) {
      set("a", 0, "one");
      set("b", 0, "two");
      assertThat(next(told)).isEqualTo("a=one");
      assertThat(next(told)).isEqualTo("b=two");
    }
  }

  private void hold(String name, String owner) {
    assertThat(store().acquire(name, owner, ttl())).isPresent();
  }

  private long set(String key, long expected, String value) {
    OptionalLong version = store().compareAndSet(key, expected, bytes(value));
    assertThat(version).isPresent();
    return version.getAsLong();
  }

  private String text(String key) {
    return new String(store().get(key).orElseThrow().value(), UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static String next(BlockingQueue<Change> told) throws InterruptedException {
    @Nullable Change change = told.poll(20, TimeUnit.SECONDS);
    assertThat(change).isNotNull();
    return change.now() == null
        ? change.key() + " is gone"
        : change.key() + "=" + new String(change.now().value(), UTF_8);
  }
}
