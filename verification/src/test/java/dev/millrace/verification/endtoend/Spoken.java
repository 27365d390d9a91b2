package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.millrace.bus.Bus;
import dev.millrace.bus.Extent;
import dev.millrace.bus.Follower;
import dev.millrace.bus.LogRecord;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.kafka.Credentials;
import dev.millrace.bus.kafka.KafkaBus;
import dev.millrace.bus.kafka.KafkaSettings;
import dev.millrace.events.Catalog;
import dev.millrace.events.Json;
import dev.millrace.events.Schemas;
import dev.millrace.events.Topics;
import dev.millrace.events.config.ConfigCatalog;
import dev.millrace.events.run.Assignment;
import dev.millrace.events.run.RunCatalog;
import dev.millrace.launcher.server.Connection;
import dev.millrace.verification.installation.Installation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/**
 * What was written to the topics of a server that runs: every record is checked against the schema
 * of its topic.
 *
 * @param types what was said, as {@code run-events/run-created/1}
 * @param invalid records that are not as their schema says, and why
 */
record Spoken(SequencedSet<String> types, List<String> invalid) {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** An installation each of whose servers is looked at before it ends. */
  static Installation installation() throws Exception {
    return Installation.create().inspectedBy(server -> on(server).assertValid());
  }

  /** Reads all topics of the server that runs, from their beginning to their present end. */
  static Spoken on(Installation installation) throws Exception {
    var spoken = new Spoken(new TreeSet<>(), new ArrayList<>());
    var server = Connection.of(installation.dataDirectory()).orElseThrow();
    var login = new Credentials(server.kafkaUser(), server.kafkaPassword());
    try (var bus = new KafkaBus(new KafkaSettings(server.kafka(), login, 1))) {
      for (Topics.Topic topic : Schemas.topics()) {
        Schema schema =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Schemas.of(topic));
        for (LogRecord record : read(bus, topic)) {
          spoken.hear(topic, schema, record);
        }
      }
    }
    return spoken;
  }

  /** Everything that there is to say. */
  static SequencedSet<String> language() {
    var all = new TreeSet<String>();
    Schemas.topics().forEach(topic -> all.add(topic.name()));
    add(all, Topics.RUN_COMMANDS, RunCatalog.COMMANDS);
    add(all, Topics.RUN_EVENTS, RunCatalog.EVENTS);
    add(all, Topics.CONFIG_COMMANDS, ConfigCatalog.COMMANDS);
    add(all, Topics.CONFIG_EVENTS, ConfigCatalog.EVENTS);
    for (var kind : Assignment.Kind.values()) {
      all.add(Topics.ASSIGNMENTS + "/" + kind);
    }
    return all;
  }

  private static void add(SequencedSet<String> all, Topics.Topic topic, Catalog<?> catalog) {
    for (var entry : catalog.entries()) {
      all.add(topic + "/" + entry.type() + "/" + entry.version());
    }
  }

  void assertValid() {
    assertThat(types).as("something was said").contains(Topics.CONFIG_EVENTS.name());
    assertThat(invalid).as("records that are not as their schema says").isEmpty();
  }

  private void hear(Topics.Topic topic, Schema schema, LogRecord record) {
    String text = new String(record.value(), StandardCharsets.UTF_8);
    // The bytes of a log come after a line of JSON.
    String json = topic.equals(Topics.TASK_LOGS) ? text.substring(0, text.indexOf('\n')) : text;
    var problems = schema.validate(json, InputFormat.JSON);
    if (!problems.isEmpty()) {
      invalid.add("%s at %d: %s: %s".formatted(topic, record.offset(), problems, json));
    }
    types.add(topic.name());
    JsonNode said = Json.mapper().readTree(json);
    if (said.has("command")) {
      types.add(topic + "/" + type(said.get("command")));
    } else if (topic.equals(Topics.ASSIGNMENTS)) {
      types.add(topic + "/" + said.path("kind").asString());
    }
    said.path("events").forEach(event -> types.add(topic + "/" + type(event)));
  }

  private static String type(JsonNode message) {
    return message.path("type").asString() + "/" + message.path("v").asInt();
  }

  private static List<LogRecord> read(Bus bus, Topics.Topic topic) throws Exception {
    Map<TopicPartition, Long> ends = new HashMap<>();
    List<LogRecord> records = new ArrayList<>();
    try (Follower follower = bus.follower("verification")) {
      for (int i = 0; i < bus.partitions(topic.name()); i++) {
        var partition = new TopicPartition(topic.name(), i);
        Extent extent = bus.extent(partition).toCompletableFuture().get(30, TimeUnit.SECONDS);
        if (extent.end() > extent.start()) {
          ends.put(partition, extent.end());
          follower.assign(partition, extent.start());
        }
      }
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (ends.entrySet().stream().anyMatch(e -> follower.position(e.getKey()) < e.getValue())) {
        assertThat(System.nanoTime()).as("%s is read", topic).isLessThan(deadline);
        records.addAll(follower.poll(Duration.ofMillis(200)));
      }
    }
    return records;
  }
}
