package dev.millrace.launcher.server;

import dev.millrace.bus.Bus;
import dev.millrace.bus.BusException;
import dev.millrace.bus.kafka.ClusterCheck;
import dev.millrace.bus.kafka.ClusterUser;
import dev.millrace.bus.kafka.Rights;
import dev.millrace.events.Topics.Topic;
import dev.millrace.gateway.Instances;
import dev.millrace.gateway.Instances.Part;
import dev.millrace.launcher.settings.Role;
import dev.millrace.launcher.settings.Settings;
import dev.millrace.storage.StorageException;
import dev.millrace.storage.coordination.EtcdCoordinationStore;
import dev.millrace.storage.objects.ObjectStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Looks at what an installation of many stands on, and at who is there; changes nothing. */
public final class ServicesLook {
  private static final Duration WITHIN = Duration.ofSeconds(10);
  private static final int REPLICAS = 3;

  private ServicesLook() {}

  /** What was seen of one of them. */
  public record Seen(boolean good, String text) {}

  /** Kafka, etcd and the instances, in this order. Blocks. */
  public static List<Seen> at(Settings settings) {
    List<Seen> all = new ArrayList<>();
    all.add(kafka(settings));
    etcd(settings, all);
    return all;
  }

  /** As the datamanager, whose settings these are at least, sees it. */
  private static Seen kafka(Settings settings) {
    try {
      int brokers = ClusterCheck.brokers(settings.kafka(), WITHIN);
      try (Bus bus = Stores.bus(settings)) {
        for (Topic topic : Rights.topics(ClusterUser.DATAMANAGER)) {
          int _ = bus.partitions(topic.name());
        }
      }
      String there = "kafka: %d brokers at %s".formatted(brokers, settings.kafka().bootstrap());
      return brokers < REPLICAS
          ? new Seen(false, there + ", where 3 have copies of everything")
          : new Seen(true, there + ", and its topics");
    } catch (BusException e) {
      return new Seen(false, "kafka: " + e.getMessage());
    }
  }

  private static void etcd(Settings settings, List<Seen> all) {
    try (var store = EtcdCoordinationStore.open(settings.etcd(), System::nanoTime)) {
      all.add(new Seen(true, "etcd: answers"));
      Instances instances = new Registry(store).get();
      Map<String, Long> counts =
          instances.instances().stream()
              .flatMap(instance -> instance.roles().stream())
              .collect(Collectors.groupingBy(Part::role, TreeMap::new, Collectors.counting()));
      for (Role role : Role.values()) {
        all.add(count(role.word(), counts));
      }
      all.add(count("git", counts));
    } catch (StorageException e) {
      all.add(new Seen(false, "etcd: " + e.getMessage()));
    }
  }

  private static Seen count(String part, Map<String, Long> counts) {
    long there = counts.getOrDefault(part, 0L);
    if (part.equals("git")) {
      return new Seen(
          there == 1,
          there == 1
              ? "git: one gateway has the hosted repositories"
              : "git: no gateway has the hosted repositories (gateway.git.enabled)");
    }
    return new Seen(there > 0, "%s: %d".formatted(part, there));
  }

  /** Opens the object storage of the settings. */
  public static ObjectStore objects(Settings settings) throws IOException {
    return Stores.objects(settings, new Randomness());
  }
}
