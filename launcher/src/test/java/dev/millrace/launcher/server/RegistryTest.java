package dev.millrace.launcher.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.gateway.Instances.Instance;
import dev.millrace.gateway.Instances.Part;
import dev.millrace.storage.coordination.MemoryCoordinationStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class RegistryTest {
  private final AtomicLong nanos = new AtomicLong();
  private final MemoryCoordinationStore store = new MemoryCoordinationStore(nanos::get);
  private final Registry registry = new Registry(store);

  @Test
  void whoIsRegisteredIsThereUntilItLeavesOrFallsSilent() {
    Instance one = instance("up-1");
    Instance two = instance("up-2");
    KeptLease leaves = registry.register(one);
    try (var silent = registry.register(two)) {
      assertThat(store.acquire("writer", "up-1", Duration.ofHours(1))).isPresent();

      assertThat(registry.get().instances()).containsExactly(one, two);
      assertThat(registry.get().leases()).containsOnlyKeys("writer").containsValue("up-1");
      leaves.close();
      assertThat(registry.get().instances()).containsExactly(two);

      nanos.addAndGet(TimeUnit.SECONDS.toNanos(11));
      assertThat(registry.get().instances()).isEmpty();
      silent.renew();
      assertThat(registry.get().instances()).as("back again").containsExactly(two);
    }
  }

  @Test
  void whatAnotherBuildSaysThatIsNotKnownHereIsPassedOver() {
    hold(
        "instances/x",
        "{\"id\":\"x\",\"mood\":\"good\",\"version\":\"9\",\"started_at\":\"2026-01-02T03:04:05Z\","
            + "\"host\":\"h\",\"pid\":1,\"roles\":[]}");
    hold("instances/y", "?");

    assertThat(registry.get().instances()).extracting(Instance::version).containsExactly("9");
  }

  @Test
  void aStoreThatDoesNotAnswerIsSaid() {
    store.close();

    assertThat(registry.get().unknown()).isEqualTo("the coordination store is closed");
    assertThat(registry.get().instances()).isEmpty();
  }

  private void hold(String name, String owner) {
    assertThat(store.acquire(name, owner, Duration.ofHours(1))).isPresent();
  }

  private static Instance instance(String id) {
    return new Instance(
        id, "1", Instant.EPOCH, "box", 7, List.of(new Part("gateway", "http://127.0.0.1:1")));
  }
}
