package dev.millrace.storage.manifests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.storage.coordination.CoordinationStore;
import dev.millrace.storage.coordination.MemoryCoordinationStore;
import dev.millrace.storage.objects.Durability;
import dev.millrace.storage.objects.MemoryObjectStore;
import dev.millrace.storage.objects.ObjectInfo;
import dev.millrace.storage.objects.ObjectStoreException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ManifestsTest {
  private static final String PATH = "manifests/archive/%019d";

  private final MemoryObjectStore objects = new MemoryObjectStore(Clock.systemUTC());
  private final CoordinationStore coordination = new MemoryCoordinationStore(System::nanoTime);
  private final AtomicInteger ids = new AtomicInteger();
  private final Manifests manifests =
      new Manifests(objects, coordination, "archive", () -> "id" + ids.incrementAndGet());

  /** Generations 0, which is none, 1, and so on. */
  private List<Manifest> history(int generations) {
    List<Manifest> all = new ArrayList<>(List.of(Manifest.NONE));
    for (int i = 1; i <= generations; i++) {
      all.add(manifests.advance(all.getLast(), bytes("content " + i)).orElseThrow());
    }
    return all;
  }

  @Test
  void whereNothingWasWrittenThereIsNothing() {
    assertThat(manifests.newest()).isSameAs(Manifest.NONE);
  }

  @Test
  void theNewestGenerationCounts() {
    history(3);

    assertThat(manifests.newest().generation()).isEqualTo(3);
    assertThat(text()).isEqualTo("content 3");
    assertThat(pointed()).isEqualTo("3");
  }

  @Test
  void whoWasOvertakenChangesNothing() {
    var all = history(2);

    assertThat(manifests.advance(all.get(1), bytes("late"))).isEmpty();
    assertThat(manifests.advance(Manifest.NONE, bytes("later"))).isEmpty();
    assertThat(text()).isEqualTo("content 2");
  }

  @Test
  void whoWasOvertakenLongAgoChangesNothingEither() {
    var all = history(5);
    manifests.prune(2, Instant.MAX);
    assertThat(paths()).containsExactly(PATH.formatted(4), PATH.formatted(5));

    for (int from : List.of(0, 1, 2)) {
      assertThat(manifests.advance(all.get(from), bytes("late"))).isEmpty();
    }
    assertThat(text()).isEqualTo("content 5");
    assertThat(paths()).containsExactly(PATH.formatted(4), PATH.formatted(5));
  }

  @Test
  void anEmptiedCoordinationStoreIsPutRightByWhoeverLooks() {
    history(3);
    coordination.compareAndDelete(manifests.pointer(), version());

    assertThat(text()).isEqualTo("content 3");
    assertThat(pointed()).isEqualTo("3");
  }

  @Test
  void theHigherGenerationWinsOverACoordinationStoreOfYesterday() {
    history(3);
    coordination.compareAndSet(manifests.pointer(), version(), bytes("1"));

    assertThat(text()).isEqualTo("content 3");
    assertThat(pointed()).isEqualTo("3");
  }

  @Test
  void aGenerationWhoseWriterDiedBeforeItPointedToItCounts() {
    var all = history(2);
    coordination.compareAndSet(manifests.pointer(), version(), bytes("1"));

    assertThat(manifests.advance(all.get(1), bytes("mine"))).isEmpty();
    assertThat(text()).isEqualTo("content 2");
    assertThat(manifests.advance(all.get(2), bytes("content 3"))).isPresent();
  }

  @Test
  void aDamagedGenerationGivesWayToTheOneBeforeAndWorkGoesOn() throws Exception {
    var all = history(3);
    byte[] whole = framed(3);
    var random = new Random(1);
    for (int i = 0; i < 100; i++) {
      damage(3, whole, random);
      assertThat(text()).isEqualTo("content 2");
    }

    var after = manifests.advance(all.get(2), bytes("content 4")).orElseThrow();

    assertThat(after.generation()).isEqualTo(4);
    assertThat(text()).isEqualTo("content 4");
    assertThat(pointed()).isEqualTo("4");
    assertThat(manifests.advance(all.get(2), bytes("late"))).isEmpty();
  }

  private byte[] framed(int generation) throws IOException {
    try (var in = objects.read(PATH.formatted(generation))) {
      return in.readAllBytes();
    }
  }

  private void damage(int generation, byte[] whole, Random random) {
    byte[] damaged = whole.clone();
    damaged[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
    int length = random.nextBoolean() ? whole.length : random.nextInt(whole.length);
    objects.write(
        PATH.formatted(generation),
        new ByteArrayInputStream(damaged, 0, length),
        length,
        Durability.PERSISTED);
  }

  @Test
  void aGenerationThatVanishedIsNotPassedOver() {
    history(3);
    objects.delete(PATH.formatted(3));

    assertThatExceptionOfType(ManifestLostException.class)
        .isThrownBy(manifests::newest)
        .withMessage("generation 3 of manifests/archive is missing in the object storage");
  }

  @Test
  void pruningKeepsWholeGenerations() throws Exception {
    history(4);
    damage(4, framed(4), new Random(2));

    manifests.prune(2, Instant.MAX);

    assertThat(paths()).containsExactly(PATH.formatted(2), PATH.formatted(3), PATH.formatted(4));
    assertThat(text()).isEqualTo("content 3");
  }

  @Test
  void pruningKeepsWhatSomebodyMayStillBeAtWorkOn() {
    history(4);

    manifests.prune(1, Instant.now().minusSeconds(60));

    assertThat(paths()).hasSize(4);
  }

  @Test
  void whoWasPrunedWhileAddingAGenerationIsToldThatItIsNotKnownWhatCounts() {
    Manifest first = history(1).getLast();
    Supplier<String> afterOthers = // an id is made between looking and writing
        () -> {
          Manifest second = manifests.advance(first, bytes("content 2")).orElseThrow();
          Manifest third = manifests.advance(second, bytes("content 3")).orElseThrow();
          assertThat(manifests.advance(third, bytes("content 4"))).isPresent();
          manifests.prune(2, Instant.MAX);
          return "slow";
        };
    var slow = new Manifests(objects, coordination, "archive", afterOthers);

    assertThatExceptionOfType(ObjectStoreException.class)
        .isThrownBy(() -> slow.advance(first, bytes("late")))
        .withMessage("whether generation 2 of manifests/archive counts is not known");
    assertThat(text()).isEqualTo("content 4");
    assertThat(pointed()).isEqualTo("4");
  }

  @Test
  void ofManyWritersEachIncrementCountsOnce() throws Exception {
    int writers = 8;
    int increments = 50;
    history(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Integer>> work = new ArrayList<>();
      IntStream.range(0, writers).forEach(_ -> work.add(() -> increment(increments)));
      int tries = 0;
      for (var done : threads.invokeAll(work)) {
        tries += done.get();
      }
      assertThat(tries).isGreaterThanOrEqualTo(writers * increments);
    }
    assertThat(text()).isEqualTo("content 1" + "+".repeat(writers * increments));
  }

  private int increment(int times) {
    int tries = 0;
    for (int done = 0; done < times; tries++) {
      Manifest now = manifests.newest();
      byte[] next = bytes(new String(now.content(), UTF_8) + "+");
      if (manifests.advance(now, next).isPresent()) {
        done++;
      }
    }
    return tries;
  }

  private String text() {
    return new String(manifests.newest().content(), UTF_8);
  }

  private String pointed() {
    return new String(coordination.get(manifests.pointer()).orElseThrow().value(), UTF_8);
  }

  private long version() {
    return coordination.get(manifests.pointer()).orElseThrow().version();
  }

  private List<String> paths() {
    try (var listed = objects.list("", "")) {
      return listed.map(ObjectInfo::path).toList();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
