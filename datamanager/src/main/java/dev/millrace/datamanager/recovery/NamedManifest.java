package dev.millrace.datamanager.recovery;

import dev.millrace.bus.TopicPartition;
import dev.millrace.events.Topics;
import dev.millrace.storage.coordination.CoordinationStore;
import dev.millrace.storage.manifests.Manifest;
import dev.millrace.storage.manifests.Manifests;
import dev.millrace.storage.objects.ObjectInfo;
import dev.millrace.storage.objects.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The newest generation of a manifest, whatever it is of. All manifests are JSON in which an object
 * with {@code path} and {@code size} is a file that counts, and one that is called {@code
 * positions} says up to where partitions of topics are in those files, as {@code run-events/3}.
 *
 * @param path of the object that the generation is
 */
public record NamedManifest(String name, String path, JsonNode content) {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String FOLDER = "manifests/";

  /** All that have a generation, by name. */
  public static List<NamedManifest> all(
      ObjectStore objects, CoordinationStore coordination, Supplier<String> ids) {
    List<NamedManifest> all = new ArrayList<>();
    for (String name : names(objects)) {
      var manifests = new Manifests(objects, coordination, name, ids);
      Manifest newest = manifests.newest();
      if (newest.generation() > 0) {
        all.add(new NamedManifest(name, manifests.path(newest), read(name, newest.content())));
      }
    }
    return all;
  }

  private static List<String> names(ObjectStore objects) {
    try (Stream<ObjectInfo> listed = objects.list(FOLDER, "")) {
      return listed
          .map(info -> info.path().substring(FOLDER.length()))
          .map(path -> path.substring(0, path.indexOf('/')))
          .distinct()
          .toList();
    }
  }

  private static JsonNode read(String name, byte[] content) {
    try {
      return JSON.readTree(content);
    } catch (JacksonException e) {
      throw new RecoveryException("the manifest %s is no JSON: %s".formatted(name, e), e);
    }
  }

  /** The object, as it is. */
  public byte[] read(ObjectStore objects) {
    try (InputStream in = objects.read(path)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new RecoveryException("cannot read %s: %s".formatted(path, e.getMessage()), e);
    }
  }

  /** The files that count, with their sizes. */
  public SortedMap<String, Long> files() {
    SortedMap<String, Long> files = new TreeMap<>();
    objects(content)
        .filter(node -> node.path("path").isString() && node.path("size").isIntegralNumber())
        .forEach(node -> files.put(node.get("path").stringValue(), node.get("size").longValue()));
    return files;
  }

  /** Up to where partitions are in the files; the highest of each. */
  Map<TopicPartition, Long> positions() {
    Map<TopicPartition, Long> all = new HashMap<>();
    objects(content)
        .flatMap(node -> node.path("positions").propertyStream())
        .filter(position -> position.getValue().isIntegralNumber())
        .forEach(
            position ->
                partition(position.getKey())
                    .ifPresent(p -> all.merge(p, position.getValue().longValue(), Math::max)));
    return all;
  }

  /** Up to where partitions are in the files of any of them. */
  static Map<TopicPartition, Long> positions(List<NamedManifest> manifests) {
    Map<TopicPartition, Long> all = new HashMap<>();
    manifests.forEach(each -> each.positions().forEach((p, at) -> all.merge(p, at, Math::max)));
    return all;
  }

  private static Stream<JsonNode> objects(JsonNode node) {
    Stream<JsonNode> within = node.valueStream().flatMap(NamedManifest::objects);
    return node.isObject() ? Stream.concat(Stream.of(node), within) : within;
  }

  private static Optional<TopicPartition> partition(String name) {
    int slash = name.lastIndexOf('/');
    return Topics.all().stream()
        .filter(topic -> slash > 0 && topic.name().equals(name.substring(0, slash)))
        .filter(_ -> name.substring(slash + 1).matches("\\d{1,9}"))
        .map(topic -> new TopicPartition(topic.name(), Integer.parseInt(name.substring(slash + 1))))
        .findFirst();
  }
}
