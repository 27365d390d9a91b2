package dev.millrace.launcher.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.gateway.Instances;
import dev.millrace.gateway.Instances.Instance;
import dev.millrace.storage.coordination.CoordinationException;
import dev.millrace.storage.coordination.CoordinationStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * The instances that live: each holds the lease {@code instances/<id>}, and says in it who it is.
 * One that dies is gone when its lease is over.
 */
final class Registry implements Supplier<Instances> {
  private static final Logger log = LoggerFactory.getLogger(Registry.class);

  /** What the leases begin with. */
  static final String PREFIX = "instances/";

  private static final int SHOWN = 1_000;
  private static final Duration TTL = Duration.ofSeconds(5);
  private static final JsonMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  private final CoordinationStore store;
  private final BooleanSupplier able;

  Registry(CoordinationStore store) {
    this(store, () -> true);
  }

  /**
   * As above, of a process that is as good as gone at times.
   *
   * @param able whether it can be of use at present; should not block
   */
  Registry(CoordinationStore store, BooleanSupplier able) {
    this.store = store;
    this.able = able;
  }

  /** Has the instance registered until this is closed. */
  KeptLease register(Instance instance) {
    String said = JSON.writeValueAsString(instance);
    return new KeptLease(store, PREFIX + instance.id(), said, TTL, able);
  }

  /** The first thousand, by id. Blocks; if the store does not answer, that is the answer. */
  @Override
  public Instances get() {
    try {
      return instances(store.holders(""));
    } catch (CoordinationException e) {
      return new Instances(List.of(), Collections.emptySortedMap(), String.valueOf(e.getMessage()));
    }
  }

  private static Instances instances(SortedMap<String, String> holders) {
    List<Instance> instances = new ArrayList<>();
    SortedMap<String, String> leases = new TreeMap<>();
    holders.forEach(
        (name, holder) -> {
          if (!name.startsWith(PREFIX)) {
            leases.put(name, holder);
          } else if (instances.size() < SHOWN) {
            read(name, holder.getBytes(UTF_8)).ifPresent(instances::add);
          }
        });
    return new Instances(instances, leases, null);
  }

  /** What an instance says of itself; empty if that cannot be read. */
  static Optional<Instance> read(String name, byte[] said) {
    try {
      return Optional.of(JSON.readValue(said, Instance.class));
    } catch (JacksonException e) {
      log.warn("{} says of itself what cannot be read: {}", name, e.getOriginalMessage());
      return Optional.empty();
    }
  }
}
